package bench

import (
	"strconv"
	"strings"
	"time"

	"central/fleet"
)

// The scripts about a machine as a whole. Machines may be of any kind before they have been looked at, so these two
// need a POSIX shell and nothing else.
var (
	facts = plainScript("facts")
	letIn = plainScript("let_in")
)

// Facts answers with what a machine is, which ParseFacts reads. It changes nothing.
func Facts() Command {
	return script(facts, "", "look at the machine")
}

// How many disks and foreign databases are kept of a machine; it may claim to have any number.
const (
	maxDisks     = 32
	maxDatabases = 32
)

// ParseFacts reads the answer to Facts. Its clock is compared with the middle between when Central asked and when
// it had the answer.
func ParseFacts(stdout []byte, asked, answered time.Time) fleet.ServerFacts {
	values := ParseValues(stdout)
	found := fleet.ServerFacts{
		OS: short(values["os"]), Distribution: short(values["distribution"]), Version: short(values["version"]),
		Architecture: short(values["architecture"]), Kernel: short(values["kernel"]),
		CPUs: int(values.Int("cpus")), MemoryBytes: values.Int("memory_kb") << 10, Disks: []fleet.ServerDisk{},
		Container: values["container"] == "yes", Python: values["python"] == "yes", RebootNeeded: values["reboot"] == "yes",
	}
	if names := values["databases"]; names != "" {
		for _, name := range strings.SplitN(names, ",", maxDatabases+1) {
			found.Databases = append(found.Databases, short(name))
		}
		found.Databases = found.Databases[:min(len(found.Databases), maxDatabases)]
	}
	if now := values.Float("now"); now > 0 {
		middle := asked.Add(answered.Sub(asked) / 2)
		found.ClockOffset = now - float64(middle.UnixNano())/1e9
	}
	for line := range strings.Lines(string(stdout)) {
		rest, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "disk=")
		if fields := strings.SplitN(rest, " ", 3); ok && len(fields) == 3 && len(found.Disks) < maxDisks {
			size, _ := strconv.ParseInt(fields[0], 10, 64)
			free, _ := strconv.ParseInt(fields[1], 10, 64)
			found.Disks = append(found.Disks, fleet.ServerDisk{Mount: short(fields[2]), SizeBytes: size, FreeBytes: free})
		}
	}
	return found
}

// short keeps the beginning of what a machine says of itself.
func short(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= 100 {
		return text
	}
	return strings.ToValidUTF8(text[:100], "")
}

// LetIn puts a public key into the authorized_keys of whoever logs in, unless it is there. It runs as that user, so
// without sudo: use Exec, not Line. It answers installed=now or installed=already.
func LetIn(publicKey string) Command {
	return script(letIn, "", "let Central in", publicKey)
}
