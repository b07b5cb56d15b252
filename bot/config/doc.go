// Package config reads Yiqun's settings: environment variables that begin with
// YIQUN_, where every secret may instead lie in a file named by its _FILE twin, and
// a settings file (yiqun.env) for what the environment leaves open.
//
// It owns the names, the defaults and the sentences that tell an operator what is
// wrong and how to cure it, all at once. It refuses to act on settings: opening,
// listening and connecting belong to app, and nothing but app and cmd imports it.
// A secret leaves it only through [Secret.Reveal] and [DataKey].
//
// Start at [Config], then [Load].
package config
