package fleet

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// RouteState says what a proxy answers itself instead of asking the master.
type RouteState string

// The states of a route.
const (
	RouteOpen        RouteState = ""            // requests go to the master
	RouteMaintenance RouteState = "maintenance" // 503 with Retry-After
	RouteSuspended   RouteState = "suspended"   // 402
)

// Route sends a host name to the master that holds its site.
type Route struct {
	Host    string
	Address string // of the master
	State   RouteState
}

// LeftOutRoute is a route that a proxy does not have, because it would have spoilt the others.
type LeftOutRoute struct {
	Host string `json:"host"`
	Why  string `json:"why"` // a sentence
}

// CheckRoutes tells the routes that can be written into a map, by host, from those that cannot: a host or an
// address that is none, an unknown state, a host that is there already.
func CheckRoutes(routes []Route) (good []Route, left []LeftOutRoute) {
	seen := map[string]bool{}
	for _, route := range routes {
		why := ""
		switch {
		case ValidSiteName(route.Host) != nil:
			why = "It is no host name."
		case route.State == RouteOpen && ValidAddress(route.Address) != nil:
			why = "Its master's address, " + quoted(route.Address) + ", is none."
		case route.State != RouteOpen && route.State != RouteMaintenance && route.State != RouteSuspended:
			why = "Nobody knows the state " + quoted(string(route.State)) + "."
		case seen[route.Host]:
			why = "It is there twice."
		}
		if why != "" {
			left = append(left, LeftOutRoute{Host: route.Host, Why: why})
			continue
		}
		seen[route.Host] = true
		good = append(good, route)
	}
	slices.SortFunc(good, func(a, b Route) int { return strings.Compare(a.Host, b.Host) })
	return good, left
}

// Target is what a proxy's map of hosts has for the route: "ADDRESS:80", or the state when it is not open.
func (r Route) Target() string {
	if r.State != RouteOpen {
		return string(r.State)
	}
	if ip, err := netip.ParseAddr(r.Address); err == nil && ip.Is6() {
		return "[" + r.Address + "]:80"
	}
	return r.Address + ":80"
}

// ProxyState is what Central has put on a proxy, and what it found there when it last looked.
type ProxyState struct {
	ServerID           uint           `gorm:"primaryKey"`
	Routes             int            // how many it has
	LeftOut            []LeftOutRoute `gorm:"serializer:json"`
	RoutesDigest       string         // of the routes as they were asked for
	CertificatesDigest string
	Maps               ProxyFiles `gorm:"serializer:json"` // as Central left them; what is different was changed by somebody else
	Settings           ProxyFiles `gorm:"serializer:json"` // as the set-up left them
	Drifted            []string   `gorm:"serializer:json"` // settings that were found changed or missing
	CheckedAt          *time.Time // when somebody last looked
	NextCheckAt        time.Time
}

// ProxyFiles are digests of files by path. A file that is missing has none.
type ProxyFiles map[string]string

// Differences are the paths, sorted, of files that are not as they were.
func (f ProxyFiles) Differences(now ProxyFiles) []string {
	paths := []string{}
	for path, digest := range f {
		if now[path] != digest {
			paths = append(paths, path)
		}
	}
	for path := range now {
		if _, known := f[path]; !known {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// ProxyFindings are what is not on a proxy as it should be.
type ProxyFindings struct {
	Routes       string   // why its routes have to be installed again, empty when they are right
	Certificates string   // the same of its certificates
	Settings     []string // paths of settings that differ from those of the set-up, never nil
}

// ProxySeen is what was found on a proxy, and what should be there now.
type ProxySeen struct {
	Routes, Certificates string // digests of the routes and certificates as they should be now
	Maps, Settings       ProxyFiles
}

// hostsMap is the end of the path of the map of hosts; the other maps are those of certificates.
const hostsMap = "/hosts.map"

// Compare tells what differs on a proxy from what Central left there. A proxy whose settings were never looked at has
// none that could differ.
func (p ProxyState) Compare(seen ProxySeen) ProxyFindings {
	found := ProxyFindings{Settings: []string{}}
	for _, path := range slices.Sorted(maps.Keys(p.Maps)) {
		if seen.Maps[path] == p.Maps[path] {
			continue
		}
		why := path + " was changed by somebody else"
		if seen.Maps[path] == "" {
			why = path + " is missing"
		}
		if strings.HasSuffix(path, hostsMap) {
			found.Routes = why
		} else {
			found.Certificates = why
		}
	}
	if found.Routes == "" && p.RoutesDigest != seen.Routes {
		found.Routes = "they have changed since they were installed"
	}
	if found.Certificates == "" && p.CertificatesDigest != seen.Certificates {
		found.Certificates = "they have changed since they were installed"
	}
	if len(p.Settings) > 0 {
		found.Settings = p.Settings.Differences(seen.Settings)
	}
	return found
}

// Reason is what a person should know of the proxy, empty when all is well.
func (p ProxyState) Reason() string {
	sentences := []string{}
	if n := len(p.LeftOut); n > 0 {
		names := make([]string, 0, 3)
		for _, left := range p.LeftOut[:min(n, 3)] {
			names = append(names, fmt.Sprintf("%s (%s)", left.Host, strings.TrimSuffix(left.Why, ".")))
		}
		more := ""
		if n > 3 {
			more = fmt.Sprintf(" and %d more", n-3)
		}
		sentences = append(sentences, fmt.Sprintf("Left out of its routes: %s%s.", strings.Join(names, ", "), more))
	}
	if len(p.Drifted) > 0 {
		sentences = append(sentences, fmt.Sprintf("Not as it was set up: %s. Set it up again.", strings.Join(p.Drifted, ", ")))
	}
	return strings.Join(sentences, " ")
}
