package fleet

import (
	"time"
)

// ServerRole says what a server is for.
type ServerRole string

// The roles of a server.
const (
	RoleMaster ServerRole = "MASTER" // holds benches and their databases
	RoleSlave  ServerRole = "SLAVE"  // mirrors a master, ready to take over
	RoleProxy  ServerRole = "PROXY"  // routes each host name to the master of its site
)

// ServerStatus is what Central last knew of a server.
type ServerStatus string

// The states of a server. Only a READY server takes benches and sites.
const (
	ServerNew        ServerStatus = "NEW"              // on record, nothing done to it yet
	ServerSettingUp  ServerStatus = "SETTING_UP"       // its plays are queued or running
	ServerReady      ServerStatus = "READY"            // set up and usable
	ServerFailed     ServerStatus = "FAILED"           // a play failed; see StatusReason
	ServerKeyChanged ServerStatus = "HOST_KEY_CHANGED" // everything on it is stopped until a person decides
	ServerRetired    ServerStatus = "RETIRED"          // Central has let go of it; kept on record
)

// Server is a machine that Central reaches by SSH.
type Server struct {
	ID            uint
	Name          string
	Address       string // IP address or DNS name
	Port          int    // of sshd
	User          string // who Central logs in as; root, or one with sudo -n
	Role          ServerRole
	Status        ServerStatus
	StatusReason  string       // a sentence for a person, empty when all is well
	HostKey       string       // pinned when the server was added, in authorized_keys form
	SSHKey        string       `gorm:"column:ssh_key"` // name of the secret with the key that lets Central in; empty for the one of new servers
	ActionsAtOnce int          // how many actions may run on it at the same time
	Region        string       // where it stands, such as "fra1"; may be empty
	Labels        []string     `gorm:"serializer:json"` // what people find it by, sorted
	Facts         *ServerFacts `gorm:"serializer:json"` // what the machine said of itself; nil until it was asked
	FactsAt       *time.Time   // when it said so
	Adopted       bool         // it ran benches before Central came: settings of its database and web server stay as they are
	TakenSlots    []int        `gorm:"serializer:json"` // slots whose ports belong to something that is not Central's
	ClosedToSites bool         // no new site goes there
	ClosedWhy     string       // in the words of who closed it; may be empty
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// ServerFacts are what a machine says of itself.
type ServerFacts struct {
	OS           string       `json:"os"`           // such as "Debian GNU/Linux 12 (bookworm)"
	Distribution string       `json:"distribution"` // ID of os-release, such as "debian"
	Version      string       `json:"version"`      // VERSION_ID of os-release, such as "12"
	Architecture string       `json:"architecture"` // such as "x86_64"
	Kernel       string       `json:"kernel"`
	CPUs         int          `json:"cpus"`
	MemoryBytes  int64        `json:"memoryBytes"`
	Disks        []ServerDisk `json:"disks"`
	Container    bool         `json:"container"`    // it shares memory and kernel with others
	ClockOffset  float64      `json:"clockOffset"`  // seconds that its clock is ahead of Central's
	Python       bool         `json:"python"`       // it has python3
	RebootNeeded bool         `json:"rebootNeeded"` // updates wait for it to be started anew
	Databases    []string     `json:"databases"`    // with tables, of a MariaDB or MySQL that Central did not set up
}

// ServerDisk is one mounted file system of a machine.
type ServerDisk struct {
	Mount     string `json:"mount"`
	SizeBytes int64  `json:"sizeBytes"`
	FreeBytes int64  `json:"freeBytes"`
}

// DefaultActionsAtOnce is how many actions run on one server together unless the server says otherwise.
const DefaultActionsAtOnce = 16

// NewServer is the input of AddServer.
type NewServer struct {
	Name    string
	Address string
	Port    int    // 22 when zero
	User    string // root when empty
	Role    ServerRole
	// HostKeyFingerprint, such as "SHA256:…", is what the host key must have; without it the key shown
	// on first contact is taken.
	HostKeyFingerprint string
	Region             string
	Labels             []string
	// Password, where it is not empty, is used once, to put Central's public key on the machine.
	Password Secret

	HostKey string       // as scanned by Central just now
	Facts   *ServerFacts // as Central read them just now; what does not fit the role is refused
}

// Validate checks the input's form and brings it into one way of writing. It errs with CodeInvalid and the field.
func (n *NewServer) Validate() error {
	if err := ValidServerName(n.Name); err != nil {
		return AtField(err, "input.name")
	}
	entry := ServerEntry{Address: n.Address, Port: n.Port, User: n.User, HostKeyFingerprint: n.HostKeyFingerprint}
	if err := entry.Validate(); err != nil {
		return err
	}
	n.Address, n.Port, n.User = entry.Address, entry.Port, entry.User
	if n.Role != RoleMaster && n.Role != RoleSlave && n.Role != RoleProxy {
		return FieldErrorf(CodeInvalid, "input.role", "The role is MASTER, SLAVE or PROXY.")
	}
	if err := ValidRegion(n.Region); err != nil {
		return AtField(err, "input.region")
	}
	var err error
	n.Labels, err = SortedLabels(n.Labels)
	return AtField(err, "input.labels")
}

// Entry is how the new server is reached.
func (n NewServer) Entry() ServerEntry {
	return ServerEntry{Address: n.Address, Port: n.Port, User: n.User, HostKeyFingerprint: n.HostKeyFingerprint, Password: n.Password}
}
