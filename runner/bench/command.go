// Package bench says what is to be run on a server, and reads what came of it. Builders return commands
// as data, parsers take text: nothing here touches a network or a disk. Package remote runs the commands.
package bench

import (
	"regexp"
	"slices"
	"sort"
	"strings"

	"central/fleet"
)

// Command is one command on a server, as data.
//
// Argv, Dir and Env can be seen by every user of the server while the command runs, so secrets travel in
// Stdin only. A Command is a value: builders never share slices between two of them.
type Command struct {
	Name  string            // what people read in logs and errors, such as "migrate acme.example.com"
	Argv  []string          // program and arguments, never empty
	Dir   string            // absolute working directory; "" = wherever the login starts
	User  string            // runs as this user; "" = root
	Env   map[string]string // added to the environment; never secrets
	Stdin []byte            // fed to the command's standard input, which then ends; may hold secrets
}

// String is the command's name, or its arguments where it has none.
func (c Command) String() string {
	if c.Name != "" {
		return c.Name
	}
	return QuoteAll(c.Argv)
}

var envName = regexp.MustCompile(`\A[A-Za-z_][A-Za-z0-9_]*\z`)

// Exec is the shell line that runs the command as whoever the shell runs as: directory and environment
// are set by env(1), nothing is left to the shell's own rules. It errs with CodeInvalid when no shell
// could carry the command: no program, a program that env would read as an option or a variable, a NUL
// byte, a relative directory, or a variable with an odd name.
func (c Command) Exec() (string, error) {
	if len(c.Argv) == 0 || c.Argv[0] == "" {
		return "", fleet.Errorf(fleet.CodeInvalid, "a command without a program")
	}
	if strings.HasPrefix(c.Argv[0], "-") || strings.Contains(c.Argv[0], "=") {
		return "", fleet.Errorf(fleet.CodeInvalid, "%q cannot be the name of a program", c.Argv[0])
	}
	for _, a := range c.Argv {
		if strings.ContainsRune(a, 0) {
			return "", fleet.Errorf(fleet.CodeInvalid, "a NUL byte in an argument of %q", c.Argv[0])
		}
	}
	words := []string{}
	if c.Dir != "" {
		if !strings.HasPrefix(c.Dir, "/") || strings.ContainsRune(c.Dir, 0) {
			return "", fleet.Errorf(fleet.CodeInvalid, "%q is no absolute directory", c.Dir)
		}
		words = append(words, "--chdir="+c.Dir)
	}
	env, err := c.environment()
	if err != nil {
		return "", err
	}
	if words = append(words, env...); len(words) > 0 {
		words = append([]string{"env"}, words...)
	}
	return QuoteAll(append(words, c.Argv...)), nil
}

// Line is the shell line that runs the command on a server where Central logged in as login: through
// sudo -n unless login is root, and through runuser for a User. It errs as Exec does.
func (c Command) Line(login string) (string, error) {
	line, err := c.Exec()
	if err != nil {
		return "", err
	}
	if c.User != "" && c.User != "root" {
		if err := fleet.ValidLogin(c.User); err != nil {
			return "", err
		}
		line = "runuser -u " + c.User + " -- " + line
	}
	if login != "root" {
		line = "sudo -n -- " + line
	}
	return line, nil
}

// environment gives NAME=value words, sorted. Another user than root also gets the home directory that
// runuser would leave as root's.
func (c Command) environment() ([]string, error) {
	env := map[string]string{}
	if c.User != "" && c.User != "root" {
		env["HOME"] = "/home/" + c.User
	}
	for k, v := range c.Env {
		if !envName.MatchString(k) || strings.ContainsRune(v, 0) {
			return nil, fleet.Errorf(fleet.CodeInvalid, "%q cannot be set in a command's environment", k)
		}
		env[k] = v
	}
	words := make([]string, 0, len(env))
	for k, v := range env {
		words = append(words, k+"="+v)
	}
	sort.Strings(words)
	return words, nil
}

// script builds a command from one of the embedded scripts: an interpreter, the text as one argument, and
// the values as positional parameters, so that no value is ever part of a script's text.
func script(s embedded, user, name string, args ...string) Command {
	return Command{
		Name: strings.TrimSpace(name),
		Argv: slices.Concat(s.interpreter, []string{s.text, s.name}, args),
		User: user,
	}
}
