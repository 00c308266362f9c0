// Package pair says what is to be run on the servers of a pair, and reads what came of it: the guard, replication
// and the mirroring, as docs/hosts.md lays them out. It does no I/O.
package pair

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"central/fleet"
	"central/runner/bench"
)

// The commands of a server of a pair.
const (
	guard  = "/usr/local/lib/central/role"
	follow = "/usr/local/lib/central/follow"
)

// Close is how a server is closed.
type Close string

// The two ways to be closed. A fenced server is cut off at once; a slave's processes come to an end by themselves.
const (
	AsSlave  Close = "slave"
	AsFenced Close = "fenced"
)

func call(name, program string, arguments ...string) bench.Command {
	return bench.Command{Name: name, Argv: append([]string{program}, arguments...)}
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

// Status asks the guard how the server stands; ParseStatus reads the answer.
func Status() bench.Command { return call("look at the role", guard, "status") }

// OpenServer lets the server be written to, as master of an epoch, and starts its benches without waiting for them.
func OpenServer(epoch uint64) bench.Command {
	return call(fmt.Sprintf("open as master of epoch %d", epoch), guard, "open", number(epoch))
}

// CloseServer ends all writing to the server.
func CloseServer(as Close, epoch uint64) bench.Command {
	return call(fmt.Sprintf("close as %s of epoch %d", as, epoch), guard, "close", string(as), number(epoch))
}

// FencePartner has the server close its partner, over their own key.
func FencePartner(epoch uint64) bench.Command {
	return call(fmt.Sprintf("fence the partner in epoch %d", epoch), guard, "fence", number(epoch))
}

// Mark writes a transaction without meaning, which the slave has to receive. It answers binlog_pos=….
func Mark() bench.Command { return call("write a mark", guard, "mark") }

// Applied waits until the slave has applied a position. It answers applied=yes or applied=no.
func Applied(position string, patience time.Duration) bench.Command {
	return call("wait for "+position, guard, "applied", position, seconds(patience))
}

// Drained makes the slave receive nothing more and waits until it has applied what had arrived. It answers
// drained=yes or drained=no, with received=, applied= and error=.
func Drained(patience time.Duration) bench.Command {
	return call("apply what has arrived", guard, "drained", seconds(patience))
}

// FollowStop ends replication and mirroring on a server that was the slave.
func FollowStop() bench.Command { return call("stop following", follow, "stop") }

// FollowStart makes a closed server follow its partner from where it is.
func FollowStart() bench.Command { return call("start following", follow, "start") }

// Mirror makes one complete pass of the mirroring.
func Mirror() bench.Command { return call("mirror the files", follow, "mirror") }

const missingRevisions = `for place; do
	if [[ ! -e /home/frappe/benches/$place/.central-built ]]; then
		echo "missing=$place"
	fi
done`

// MissingRevisions looks which of these revisions the server does not have; ParseMissing reads the answer. It errs
// with CodeInvalid for a name that may not reach a command.
func MissingRevisions(places []fleet.RevisionPlace) (bench.Command, error) {
	arguments := []string{}
	for _, place := range places {
		if _, err := bench.At(place.Bench, place.Revision); err != nil {
			return bench.Command{}, err
		}
		arguments = append(arguments, path.Join(place.Bench, place.Revision))
	}
	return bench.Command{
		Name: "look for revisions",
		Argv: slices.Concat([]string{"bash", "--norc", "-euo", "pipefail", "-c", missingRevisions, "missing_revisions"}, arguments),
	}, nil
}

// ParseMissing reads the answer to MissingRevisions, such as "main r4".
func ParseMissing(stdout []byte) []string {
	var missing []string
	for line := range strings.Lines(string(stdout)) {
		if place, ok := strings.CutPrefix(strings.TrimSpace(line), "missing="); ok {
			missing = append(missing, strings.ReplaceAll(place, "/", " "))
		}
	}
	return missing
}

// ParseStatus reads the answer to Status. It errs with CodeCommandFailed when it is none.
func ParseStatus(stdout []byte) (fleet.RoleStatus, error) {
	values := bench.ParseValues(stdout)
	if _, ok := values["role"]; !ok {
		return fleet.RoleStatus{}, fleet.Errorf(fleet.CodeCommandFailed, "The guard gave no answer; set the server up again.")
	}
	status := fleet.RoleStatus{
		Role: values["role"], Open: values["open"] == "yes", ReadOnly: values["read_only"] == "1",
		Binlog: values["binlog_pos"], Applied: values["slave_pos"], Received: values["received"],
		IO: values["io"], SQL: values["sql"], Error: values["error"],
	}
	status.Epoch, _ = strconv.ParseUint(values["epoch"], 10, 64)
	if lag, err := strconv.Atoi(values["lag"]); err == nil {
		status.Lag = &lag
	}
	if unix, err := strconv.ParseInt(values["mirrored"], 10, 64); err == nil && unix > 0 {
		at := time.Unix(unix, 0).UTC()
		status.Mirrored = &at
	}
	return status, nil
}
