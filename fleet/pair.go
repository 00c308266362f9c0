package fleet

import "time"

// PairStatus is the state of a server pair; docs/ARCHITECTURE.md draws the machine.
type PairStatus string

// The states of a pair. While it is SETTING_UP, SWITCHING or DISSOLVING, Pair.BusyActionID says by which action.
const (
	PairNew        PairStatus = "NEW"         // on record, nothing done to its servers yet
	PairSettingUp  PairStatus = "SETTING_UP"  // its slave is being made a copy of its master
	PairReady      PairStatus = "READY"       // the slave follows, and may take over
	PairSwitching  PairStatus = "SWITCHING"   // the slave is taking over
	PairFailedOver PairStatus = "FAILED_OVER" // the slave took over; the old master is out until it is rebuilt
	PairDissolving PairStatus = "DISSOLVING"  // its servers are being made servers alone again
	PairFailed     PairStatus = "FAILED"      // setting up, switching or taking apart failed; see StatusReason
)

// Pair is a master and the slave that mirrors it, database by replication and files by rsync.
type Pair struct {
	ID           uint
	Name         string
	MasterID     uint // the server that is written to now
	SlaveID      uint // the other one, whether it follows or not
	Status       PairStatus
	StatusReason string          // a sentence for a person, empty when all is well
	Epoch        uint64          // counts openings, from 1: of two servers, the one with the higher epoch is right
	BusyActionID *uint           // the root action that holds the pair
	Replication  *Replication    `gorm:"serializer:json"` // as of the last look; nil until the slave was looked at
	ToldKeys     map[uint]string `gorm:"serializer:json"` // host key of each server that its partner was told; empty before it was
	SeenPosition string          // how far the master's database had come when it was last asked
	SeenAt       *time.Time      // when that was; nil when it never was since it became master
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// UnknownKey says whether a server of the pair has another host key than its partner was told, as after PinHostKey: the
// partner fetches nothing from it, and mirrors nothing, until the pair is set up again.
func (p *Pair) UnknownKey(server Server) bool {
	told, known := p.ToldKeys[server.ID]
	return known && told != server.HostKey
}

// NewPair is the input of CreatePair: two servers that are on record, and which of them is written to.
type NewPair struct {
	Name     string
	MasterID uint
	SlaveID  uint
}

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (n *NewPair) Validate() error {
	if err := ValidServerName(n.Name); err != nil {
		return FieldErrorf(CodeInvalid, "input.name", "A pair is called like a server: up to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends.")
	}
	if n.MasterID == n.SlaveID {
		return FieldErrorf(CodeInvalid, "input.slaveId", "A pair is two servers: choose another one as the slave.")
	}
	return nil
}
