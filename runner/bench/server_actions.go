package bench

import (
	"fmt"
	"strconv"
	"strings"

	"central/fleet"
)

// The scripts of the actions on a server.
var (
	restartService = shellScript("restart_service")
	rebootScript   = shellScript("reboot")
	renewKey       = shellScript("renew_key")
)

// serviceUnits are the units of a service, and what has to be so before they are restarted.
var serviceUnits = map[fleet.ServerService]struct{ check, unit string }{
	fleet.ServiceMariaDB: {"none", "mariadb.service"},
	fleet.ServiceNginx:   {"nginx", "nginx.service"},
	fleet.ServiceSSH:     {"sshd", "ssh.service"},
	fleet.ServiceBenches: {"none", "central-*-r*.target"},
}

// RestartService restarts a service, having tried its settings where it has a way to, and holds that it is up. It
// errs with CodeInvalid for anything that is not one of the services.
func RestartService(service fleet.ServerService) (Command, error) {
	of, known := serviceUnits[service]
	if !known {
		return Command{}, fleet.Errorf(fleet.CodeInvalid, "%q is no service that could be restarted", string(service))
	}
	return script(restartService, "", "restart "+of.unit, of.check, of.unit), nil
}

// Reboot starts the machine anew, once for each action, and answers before it goes down.
func Reboot(action uint) Command {
	return script(rebootScript, "", "reboot", "ask", strconv.FormatUint(uint64(action), 10))
}

// RebootDone asks whether the machine is back from the reboot of an action; ParseRebootDone reads the answer.
func RebootDone(action uint) Command {
	return script(rebootScript, "", "look whether it is back", "back", strconv.FormatUint(uint64(action), 10))
}

// ParseRebootDone reads the answer to RebootDone: whether everything was started, and which units failed to.
func ParseRebootDone(stdout []byte) (back bool, failed []string) {
	for line := range strings.Lines(string(stdout)) {
		if unit, ok := strings.CutPrefix(strings.TrimSpace(line), "failed="); ok && len(failed) < 20 {
			failed = append(failed, short(unit))
		}
	}
	return ParseValues(stdout)["back"] == "yes", failed
}

// InstallKey puts Central's key into a user's authorized_keys, unless it is there.
func InstallKey(user, publicKey string) (Command, error) {
	return keyCommand("install", user, publicKey)
}

// KeepOnlyKey removes the old key from a user's authorized_keys, and every other one that calls itself Central's.
func KeepOnlyKey(user, publicKey, old string) (Command, error) {
	return keyCommand("only", user, publicKey, old)
}

// RemoveKey takes Central's key out of a user's authorized_keys.
func RemoveKey(user, publicKey string) (Command, error) { return keyCommand("remove", user, publicKey) }

func keyCommand(what, user string, keys ...string) (Command, error) {
	if err := fleet.ValidLogin(user); err != nil {
		return Command{}, err
	}
	return script(renewKey, "", fmt.Sprintf("%s Central's key of %s", what, user), append([]string{what, user}, keys...)...), nil
}
