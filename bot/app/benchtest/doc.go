// Package benchtest measures the whole way of one message, and the shared queue, each
// beside the least that could be done instead, in the same run.
//
// It owns benchmarks and nothing that others import. A floor and what is measured
// take turns, so that a busy machine slows both; the ratios are printed as metrics
// of the latter.
//
// Start at BenchmarkFrameToAck.
package benchtest
