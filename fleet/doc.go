// Package fleet names what Central is about — servers, benches, sites, releases, deploys, actions and those
// who ask for them — with their rules and states. It decides; it reads and writes nothing.
package fleet
