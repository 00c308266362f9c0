package bench

import (
	"strconv"
	"strings"
	"time"

	"central/fleet"
)

// The commands that the play `pair` puts on both servers of a pair, and the guard that the play `master` does.
const (
	followCommand = "/usr/local/lib/central/follow"
	roleCommand   = "/usr/local/lib/central/role"
)

var pairLook = pythonScript("pair_look")

// LookAtPair asks a server what decides whether it can be the master or the slave of a pair; ParsePairLook
// reads the answer. It needs nothing of Central's on the server.
func LookAtPair() Command {
	return script(pairLook, "", "look at the database")
}

// ParsePairLook reads the answer to LookAtPair.
func ParsePairLook(stdout []byte) fleet.DatabaseLook {
	values := ParseValues(stdout)
	look := fleet.DatabaseLook{
		Answers: values["answers"] == "yes", Version: values["version"], DataBytes: values.Int("data"), RoomBytes: values.Int("room"),
		Follows: values["follows"], Receiving: values["io"], Applying: values["sql"], Error: values["error"],
		Role: values["role"], Open: values["open"] == "yes",
	}
	if values["databases"] != "" {
		look.Databases = strings.Split(values["databases"], ",")
	}
	look.Seeding, look.SeededFrom, _ = strings.Cut(values["seeded"], " ")
	return look
}

// KeepBinlogs puts what only the server that it runs on has of the binary log aside, before SeedSlave removes it.
func KeepBinlogs() Command {
	return Command{Name: "keep what only it has", Argv: []string{followCommand, "keep"}}
}

// SeedSlave replaces the database of the server that it runs on by a copy of its partner's, and follows it.
func SeedSlave() Command {
	return Command{Name: "copy the database", Argv: []string{followCommand, "seed"}}
}

// VerifySlave waits until both threads of replication run; it fails with the reason when one does not.
func VerifySlave(patience time.Duration) Command {
	return Command{Name: "check the replication", Argv: []string{followCommand, "verify", strconv.Itoa(int(patience.Seconds()))}}
}

// MirrorFiles brings the files of the partner's sites here, once and completely.
func MirrorFiles() Command {
	return Command{Name: "mirror the files", Argv: []string{followCommand, "mirror"}}
}

var openMaster = shellScript("open_master")

// OpenMaster writes down that a server is the master of a pair. One that was alone goes on serving meanwhile.
func OpenMaster(epoch uint64) Command {
	return script(openMaster, "", "open the master", strconv.FormatUint(epoch, 10))
}

// CloseSlave writes down that a server is the slave of a pair: nothing writes there but replication.
func CloseSlave(epoch uint64) Command {
	return Command{Name: "close the slave", Argv: []string{roleCommand, "close", "slave", strconv.FormatUint(epoch, 10)}}
}
