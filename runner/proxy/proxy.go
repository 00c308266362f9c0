// Package proxy says what is to be run on a proxy, and reads what came of it: maps of host names and of
// certificates for its nginx, challenges of a certificate's authority, and looks at what is there. Nothing here
// touches a network or a disk; package remote runs the commands.
package proxy

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"

	"central/fleet"
	"central/runner/bench"
)

// Files on a proxy that Central writes over SSH.
const (
	HostsMap        = "/etc/nginx/central/hosts.map"
	CertificatesMap = "/etc/nginx/central/certificates.map"
	CertificatesDir = "/etc/nginx/central/certs"
)

//go:embed scripts/*.py
var scripts embed.FS

// script is a command of scripts/NAME.py for the system's Python, which reads no environment and no files of the
// user's with -I.
func script(name, words string, stdin []byte, args ...string) bench.Command {
	return bench.Command{
		Name: words, Stdin: stdin,
		Argv: append([]string{"/usr/bin/python3", "-I", "-c", read("common.py") + read(name+".py")}, args...),
	}
}

func read(file string) string {
	text, err := scripts.ReadFile(path.Join("scripts", file))
	if err != nil {
		panic(err) // the file is part of the binary
	}
	return string(text)
}

func parse(answer []byte, into any) error {
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("read a proxy's answer %q: %w", answer, err)
	}
	return nil
}

// Digest is a digest of routes, in order.
func Digest(routes []fleet.Route) string {
	sum := sha256.New()
	for _, r := range routes {
		fmt.Fprintf(sum, "%q %q %q\n", r.Host, r.Address, r.State)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// InstallRoutes puts these routes, which fleet.CheckRoutes has passed, in place of those that a proxy has. nginx is
// reloaded when that changes something, at most once a second.
func InstallRoutes(routes []fleet.Route) bench.Command {
	var lines strings.Builder
	for _, r := range routes {
		lines.WriteString(r.Host + " " + r.Target() + ";\n")
	}
	return script("routes", "install the routes", []byte(lines.String()), strconv.Itoa(lines.Len()))
}

// Installed is what came of InstallRoutes.
type Installed struct {
	Changed  bool                 `json:"changed"`  // the map was another one
	Reloaded bool                 `json:"reloaded"` // and nginx has read it anew
	Routes   int                  `json:"routes"`   // in the map
	Left     []fleet.LeftOutRoute `json:"left"`     // those that nginx refuses
	Maps     fleet.ProxyFiles     `json:"maps"`     // digest of the map
}

// ParseInstalled reads the output of InstallRoutes.
func ParseInstalled(answer []byte) (installed Installed, err error) {
	err = parse(answer, &installed)
	return installed, err
}

// Look tells the digests of what Central put on a proxy.
func Look() bench.Command { return script("look", "look at the proxy's files", nil) }

// Seen is what came of Look.
type Seen struct {
	Maps     fleet.ProxyFiles `json:"maps"`     // what Central writes over SSH
	Settings fleet.ProxyFiles `json:"settings"` // what the set-up writes
}

// ParseSeen reads the output of Look.
func ParseSeen(answer []byte) (seen Seen, err error) {
	err = parse(answer, &seen)
	return seen, err
}
