package fleet

import (
	"fmt"
	"strconv"
	"strings"
)

// ServerNote is something to know about a server before something is done with it.
type ServerNote struct {
	Severity PlanSeverity // BLOCKING: it is refused; WARNING: worth knowing
	Code     Code
	Message  string // what is so and, where possible, what to do
	Field    string // of the input, such as "input.address"
}

// What a machine needs. Plays and revisions take about 3 GiB of a master's disk before the first site is there.
const (
	leastMasterDisk   = 5 << 30
	fairMasterDisk    = 20 << 30
	leastProxyDisk    = 1 << 30
	leastMasterMemory = 900 << 20 // a machine sold with 1 GiB shows less
	fairMasterMemory  = 1900 << 20
	leastProxyMemory  = 200 << 20
)

// Seconds that a machine's clock may differ from Central's: certificates and replication take the first badly.
const (
	mostClockOffset = 30
	fairClockOffset = 2
)

// oldest is the first version of each distribution that the plays are made for.
var oldest = map[string]float64{"debian": 12, "ubuntu": 22.04}

// Fit says what of a machine does not fit a role, and what is worth knowing: blocking notes first.
func Fit(facts ServerFacts, role ServerRole) []ServerNote {
	notes := []ServerNote{}
	add := func(severity PlanSeverity, code Code, field, format string, args ...any) {
		notes = append(notes, ServerNote{Severity: severity, Code: code, Field: field, Message: fmt.Sprintf(format, args...)})
	}
	if !knownSystem(facts) {
		add(PlanBlocking, CodeUnsupported, "input.address", "It runs %s. Central sets up Debian 12 or later and Ubuntu 22.04 or later.", systemName(facts))
	}
	if !facts.Python {
		add(PlanBlocking, CodeUnsupported, "input.address", "It has no python3, which Ansible needs: install it there (apt-get install python3).")
	}
	if offset := facts.ClockOffset; offset > mostClockOffset || offset < -mostClockOffset {
		add(PlanBlocking, CodeClockOff, "input.address", "Its clock is %s. Set it right there first (timedatectl set-ntp true).", offsetWords(offset))
	}
	needDisk, needMemory := int64(leastProxyDisk), int64(leastProxyMemory)
	if role != RoleProxy {
		needDisk, needMemory = leastMasterDisk, leastMasterMemory
	}
	disk, known := tightestDisk(facts.Disks)
	if known && disk.FreeBytes < needDisk {
		add(PlanBlocking, CodeTooSmall, "input.role", "Only %s are free in %s; %s needs %s.", Size(disk.FreeBytes), disk.Mount, roleWord(role), Size(needDisk))
	}
	if facts.MemoryBytes > 0 && facts.MemoryBytes < needMemory {
		add(PlanBlocking, CodeTooSmall, "input.role", "It has %s of memory; %s needs %s.", Size(facts.MemoryBytes), roleWord(role), Size(needMemory))
	}

	if role != RoleProxy && len(facts.Databases) > 0 {
		add(PlanWarning, CodeConflict, "input.address", "%s It cannot be set up as %s while they are there: adopt its benches, or remove the databases.", foreignWords(facts), roleWord(role))
	}
	if role != RoleProxy && known && disk.FreeBytes >= needDisk && disk.FreeBytes < fairMasterDisk {
		add(PlanWarning, CodeTooSmall, "input.role", "%s are free in %s: enough to begin with, not for many sites and their backups.", Size(disk.FreeBytes), disk.Mount)
	}
	if role != RoleProxy && facts.MemoryBytes >= needMemory && facts.MemoryBytes < fairMasterMemory {
		add(PlanWarning, CodeTooSmall, "input.role", "It has %s of memory: enough for a few small sites.", Size(facts.MemoryBytes))
	}
	if offset := facts.ClockOffset; (offset > fairClockOffset || offset < -fairClockOffset) && offset <= mostClockOffset && offset >= -mostClockOffset {
		add(PlanWarning, CodeClockOff, "input.address", "Its clock is %s.", offsetWords(offset))
	}
	if facts.Architecture != "x86_64" && facts.Architecture != "aarch64" {
		add(PlanWarning, CodeUnsupported, "input.address", "Its processor is of the kind %s, for which packages may be missing.", quoted(facts.Architecture))
	}
	if facts.Container && role != RoleProxy {
		add(PlanWarning, CodeUnsupported, "input.address", "It is a container: the memory that it shows is shared with others, so its database takes 5 %% of it and not 25 %%.")
	}
	return notes
}

// FitsSetUp errs with CodeConflict when a machine that is to be set up holds the data of somebody else's database server,
// whose settings the set-up of a master or a slave would replace. On adopted servers those stay.
func FitsSetUp(server Server, facts ServerFacts) error {
	if server.Role == RoleProxy || server.Adopted || len(facts.Databases) == 0 {
		return nil
	}
	return Errorf(CodeConflict, "%s: %s Adopt its benches instead of setting it up, or remove the databases and check the server again.", server.Name, foreignWords(facts))
}

func foreignWords(facts ServerFacts) string {
	return fmt.Sprintf("A MariaDB or MySQL that Central did not set up holds databases there (%s).", quoted(some(facts.Databases)))
}

// Blocking is the first note that stands in the way as an error, nil when none does.
func Blocking(notes []ServerNote) error {
	for _, note := range notes {
		if note.Severity == PlanBlocking {
			return FieldErrorf(note.Code, note.Field, "%s", note.Message)
		}
	}
	return nil
}

func knownSystem(facts ServerFacts) bool {
	first, known := oldest[facts.Distribution]
	version, err := strconv.ParseFloat(facts.Version, 64)
	return known && err == nil && version >= first
}

// systemName is what a machine says it runs, cut and escaped: it may say anything.
func systemName(facts ServerFacts) string {
	if name := strings.TrimSpace(facts.OS); name != "" {
		return quoted(name)
	}
	return "a system that does not say what it is"
}

// tightestDisk is the one with the least room of those that Central writes to.
func tightestDisk(disks []ServerDisk) (ServerDisk, bool) {
	var tightest ServerDisk
	found := false
	for _, disk := range disks {
		switch disk.Mount {
		case "/", "/var", "/var/lib", "/var/lib/mysql", "/home", "/home/frappe":
			if !found || disk.FreeBytes < tightest.FreeBytes {
				tightest, found = disk, true
			}
		}
	}
	return tightest, found
}

func roleWord(role ServerRole) string {
	return map[ServerRole]string{RoleMaster: "a master", RoleSlave: "a slave", RoleProxy: "a proxy"}[role]
}

func offsetWords(seconds float64) string {
	if seconds < 0 {
		return fmt.Sprintf("%.0f s behind Central's", -seconds)
	}
	return fmt.Sprintf("%.0f s ahead of Central's", seconds)
}

// Size is a number of bytes for people: "512 MiB", "4.6 GiB".
func Size(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(bytes)/(1<<30)), ".0") + " GiB"
	default:
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
}
