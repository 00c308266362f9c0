package fleet

import (
	"slices"
	"strings"
)

// DatabaseLook is what one server of a pair says of its database.
type DatabaseLook struct {
	Answers    bool     // MariaDB runs and answers
	Version    string   // of MariaDB, such as "10.11.6-MariaDB-0+deb12u1-log"
	DataBytes  int64    // that its data takes, without its logs
	RoomBytes  int64    // that its data may take: what is free, and what it takes already
	Databases  []string // but for the system's own, sorted
	Follows    string   // address of the server that it replicates from; empty when it does from none
	Receiving  string   // state of the thread that receives: Yes, No or Connecting
	Applying   string   // state of the thread that applies: Yes or No
	Error      string   // what either of them says is wrong
	Seeding    string   // begun or done, when it is or was to become a copy of SeededFrom
	SeededFrom string   // address
	Role       string   // "ROLE EPOCH" as its guard has it; empty when the server is alone
	Open       bool     // it may be written to
}

// PairCandidate is a server that is to become part of a pair, as it was found before anything was done for that.
type PairCandidate struct {
	PairSide
	SetUp bool // Central has set it up, so that what its database holds is known
}

// FitsNewPair errs, with the field of NewPair, when two servers cannot become a pair as they are: CodeConflict when one
// holds data that is not Central's or replicates already, CodeNotReady when the database of one that was set up cannot
// be used, CodeInvalid when the master's data has no room on the slave.
func FitsNewPair(master, slave PairCandidate) error {
	const masterField, slaveField = "input.masterId", "input.slaveId"
	switch {
	case master.SetUp:
		if err := fitsAsMaster(master.PairSide); err != nil {
			return AtField(err, masterField)
		}
	case len(master.Look.Databases) > 0:
		return FieldErrorf(CodeConflict, masterField, "%s holds databases that Central did not make (%s): adopt their benches, remove them, or choose another server.", master.Name, quoted(some(master.Look.Databases)))
	case master.Look.Follows != "":
		return AtField(isSlave(master.PairSide), masterField)
	}
	look := slave.Look
	switch {
	case master.Look.Answers && look.Answers && release(look.Version) != release(master.Look.Version):
		return AtField(otherRelease(master.PairSide, slave.PairSide), slaveField)
	case look.Follows != "" && look.Follows != master.Address:
		return AtField(followsAnother(slave.PairSide), slaveField)
	case look.SeededFrom != master.Address && len(look.Databases) > 0:
		return AtField(holdsOther(slave.PairSide), slaveField)
	case look.RoomBytes < master.Look.DataBytes:
		return AtField(noRoom(master.PairSide, slave.PairSide), slaveField)
	case slave.SetUp && look.SeededFrom != master.Address && !look.Answers:
		return AtField(silent(slave.PairSide), slaveField)
	}
	return nil
}

// PairSide is one of the two servers, and where the other one reaches it.
type PairSide struct {
	Name    string
	Address string // IP address
	Look    DatabaseLook
}

// PlanSlave decides whether the slave's database has to be replaced by a copy of the master's. rebuild says that
// a person wants that whatever the slave holds. It errs, before anything is changed, with CodeNotReady when one of
// them cannot be used as it is, CodeConflict when that would lose or mix up data, and CodeInvalid when the copy
// has no room.
func PlanSlave(master, slave PairSide, rebuild bool) (copyAnew bool, err error) {
	if err := fitsAsMaster(master); err != nil {
		return false, err
	}
	look := slave.Look
	follows := look.Follows == master.Address
	switch {
	case look.Answers && release(look.Version) != release(master.Look.Version):
		return false, otherRelease(master, slave)
	case look.Follows != "" && !follows && !rebuild:
		return false, followsAnother(slave)
	case look.RoomBytes < master.Look.DataBytes:
		return false, noRoom(master, slave)
	case rebuild:
		return true, nil
	case look.Answers && follows && look.Applying == "Yes" && look.Seeding != "begun":
		return false, nil
	case look.SeededFrom == master.Address && look.Seeding == "begun":
		return true, nil
	case look.SeededFrom == master.Address || follows:
		return false, Errorf(CodeNotReady, "%s no longer follows %s%s Rebuild the slave.", slave.Name, master.Name, because(look.Error))
	case !look.Answers:
		return false, silent(slave)
	case len(look.Databases) > 0:
		return false, holdsOther(slave)
	}
	return true, nil
}

func fitsAsMaster(master PairSide) error {
	look := master.Look
	switch {
	case !look.Answers:
		return Errorf(CodeNotReady, "The database of %s does not answer; nothing can be copied from it.", master.Name)
	case look.Follows != "":
		return isSlave(master)
	case !look.Open:
		return Errorf(CodeNotReady, "%s is closed (%s), so it is not the one that is written to; nothing is copied from it.", master.Name, look.Role)
	}
	return nil
}

func isSlave(master PairSide) error {
	return Errorf(CodeConflict, "%s is itself a slave of %s; end that first, or choose another server as the master.", master.Name, master.Look.Follows)
}

func otherRelease(master, slave PairSide) error {
	return Errorf(CodeNotReady, "%s runs MariaDB %s and %s runs %s; both need the same release.", master.Name, master.Look.Version, slave.Name, slave.Look.Version)
}

func followsAnother(slave PairSide) error {
	return Errorf(CodeConflict, "%s is a slave of %s; end that first, or choose another server.", slave.Name, slave.Look.Follows)
}

func noRoom(master, slave PairSide) error {
	return Errorf(CodeInvalid, "The database of %s takes %d MiB, but there is room for %d MiB on %s: give it a larger disk.",
		master.Name, master.Look.DataBytes>>20, slave.Look.RoomBytes>>20, slave.Name)
}

func silent(slave PairSide) error {
	return Errorf(CodeNotReady, "The database of %s does not answer; set the server up again.", slave.Name)
}

func holdsOther(slave PairSide) error {
	return Errorf(CodeConflict, "%s holds other data (%s), which the copy would replace: remove it, or choose another server.", slave.Name, some(slave.Look.Databases))
}

// release is the part of a version that both servers have to have in common, such as 10.11.
func release(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

func because(reason string) string {
	if reason == "" {
		return "."
	}
	return ": " + strings.TrimRight(reason, ". ") + "."
}

// some names the first few of many.
func some(names []string) string {
	const few = 5
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return strings.Join(slices.Concat(names[:few], []string{"…"}), ", ")
}
