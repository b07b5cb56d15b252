// Package archtest holds the tests that read the source itself: who imports whom,
// what the pure core may touch, that no practice's words stand in Go, and what lies
// at the top of the repository.
//
// It owns rules about the code and nothing that runs. It refuses to depend on the
// code it reads: files are parsed, not built, so a rule holds for every platform and
// build tag, and a package that does not compile is still judged.
//
// Start at layers in layers_test.go.
package archtest
