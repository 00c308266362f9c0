package fleet

import (
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Scan is one look at a server for benches that Central does not know. It changes nothing on the server.
type Scan struct {
	ID         uint
	ServerID   uint
	ActionID   uint       // SCAN_SERVER
	Found      *ScanFound `gorm:"serializer:json"` // nil until the server has answered
	CreatedAt  time.Time
	FinishedAt *time.Time
}

// ScanFound is what a server holds, as it said itself. There is no password in it.
type ScanFound struct {
	Benches         []FoundBench   `json:"benches"`
	Web             FoundWebServer `json:"web"`
	Ports           []int          `json:"ports"` // from 8000 to 13999 on which something listens
	DatabaseVersion string         `json:"databaseVersion"`
	DatabaseTools   bool           `json:"databaseTools"` // mariadb and mariadb-dump are there
	DatabaseRoot    bool           `json:"databaseRoot"`  // root of the machine is root of the database without a password
	RedisFound      bool           `json:"redisFound"`
}

// FoundWebServer is what the server's nginx says of itself.
type FoundWebServer struct {
	Installed     bool     `json:"installed"`
	Works         bool     `json:"works"`         // its settings can be read
	DefaultChosen bool     `json:"defaultChosen"` // somebody chose what answers on port 80 for every other name
	Names         []string `json:"names"`         // server names on port 80
	Addresses     []string `json:"addresses"`     // single addresses that it listens on with port 80
	TLSNames      []string `json:"tlsNames"`      // server names that it ends TLS for
}

// FoundBench is a directory with a bench in it.
type FoundBench struct {
	Path            string         `json:"path"`
	Owner           string         `json:"owner"` // Unix user
	Group           string         `json:"group"`
	Python          string         `json:"python"` // such as python3.11, empty when it cannot be told
	PythonFound     bool           `json:"pythonFound"`
	WebPort         int            `json:"webPort"`
	SocketioPort    int            `json:"socketioPort"`
	RedisCachePort  int            `json:"redisCachePort"` // 0 when it has none
	RedisQueuePort  int            `json:"redisQueuePort"`
	RedisSocketPort int            `json:"redisSocketioPort"`
	Workers         int            `json:"workers"`
	WebWorkers      int            `json:"webWorkers"`
	Settings        []string       `json:"settings"` // names of common settings that a new revision does not have
	SameDisk        bool           `json:"sameDisk"` // as new revisions
	Processes       []FoundProcess `json:"processes"`
	Apps            []FoundApp     `json:"apps"` // in the order of apps.txt, the framework first
	Sites           []FoundSite    `json:"sites"`
}

// FoundProcess is a unit of systemd with processes that run in a bench, such as supervisor.service.
type FoundProcess struct {
	Unit  string `json:"unit"`
	Count int    `json:"count"`
}

// FoundApp is an app of a bench as git has it.
type FoundApp struct {
	App            string `json:"app"`
	Version        string `json:"version"`
	Commit         string `json:"commit"` // empty when it is no repository of its own
	Branch         string `json:"branch"` // empty when none is checked out
	Remote         string `json:"remote"` // without a password
	SecretInRemote bool   `json:"secretInRemote"`
	ChangedFiles   int    `json:"changedFiles"` // that git keeps and that were changed without a commit
}

// FoundSite is a site of a bench.
type FoundSite struct {
	Name          string   `json:"name"`
	Database      string   `json:"database"`
	DatabaseType  string   `json:"databaseType"`
	DatabaseHost  string   `json:"databaseHost"`
	DatabaseBytes int64    `json:"databaseBytes"`
	DatabaseFound bool     `json:"databaseFound"`
	Apps          []string `json:"apps"`      // that its database says are installed
	FileBytes     int64    `json:"fileBytes"` // -1 when it took too long to tell
	Link          bool     `json:"link"`      // its directory is a symbolic link
	Maintenance   bool     `json:"maintenance"`
	Status        int      `json:"status"` // of an answer on port 80; 0 is none
	Redirect      string   `json:"redirect"`
	StatusOfBench int      `json:"statusOfBench"` // on the bench's own port
	OtherNames    []string `json:"otherNames"`
}

// databaseIsLocal says whether the site's database is on its own server.
func (s *FoundSite) databaseIsLocal() bool {
	switch s.DatabaseHost {
	case "", "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}

// ports of the bench, each once.
func (b *FoundBench) ports() []int {
	seen, ports := map[int]bool{0: true}, []int{}
	for _, port := range []int{b.WebPort, b.SocketioPort, b.RedisCachePort, b.RedisQueuePort, b.RedisSocketPort} {
		if !seen[port] {
			seen[port], ports = true, append(ports, port)
		}
	}
	return ports
}

// TakenSlots are the slots whose ports something on the server has that is not Central's: a bench that was
// found, whether it runs or not, or whatever else listens. own are the slots of Central's revisions there.
func (f *ScanFound) TakenSlots(own map[int]bool) []int {
	taken := map[int]bool{}
	take := func(port int) {
		of := PortsOf(0)
		for _, first := range []int{of.Web, of.Socketio, of.RedisQueue, of.RedisCache} {
			if n := port - first; n >= 0 && n < Slots && !own[n] {
				taken[n] = true
			}
		}
	}
	for _, port := range f.Ports {
		take(port)
	}
	for i := range f.Benches {
		for _, port := range f.Benches[i].ports() {
			take(port)
		}
	}
	slots := []int{}
	for slot := range Slots {
		if taken[slot] {
			slots = append(slots, slot)
		}
	}
	return slots
}

// shortAddress is the short form of a git address over SSH: user@host:path.
var shortAddress = regexp.MustCompile(`\A([a-z_][a-z0-9_-]*)@([A-Za-z0-9.-]+):([^/].*)\z`)

// RepositoryAddress is a git remote as Central writes it: the short form over SSH becomes ssh://.
func RepositoryAddress(remote string) string {
	if m := shortAddress.FindStringSubmatch(remote); m != nil {
		return "ssh://" + m[1] + "@" + m[2] + "/" + m[3]
	}
	return remote
}

// SameRepository says whether two addresses mean one repository: protocol, user, a port and ".git" at the end
// make no difference.
func SameRepository(a, b string) bool {
	place := func(address string) string {
		u, err := url.Parse(RepositoryAddress(address))
		if err != nil || u.Host == "" {
			return address
		}
		path := strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), ".git")
		return strings.ToLower(u.Hostname()) + path
	}
	return a != "" && place(a) == place(b)
}
