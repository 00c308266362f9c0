package git

import (
	"net"
	"strconv"
	"strings"
)

// Destination is a bare repository on a server that lets Central in by SSH.
type Destination struct {
	User, Host  string
	Port        int
	Path        string // of the repository, absolute
	ReceivePack string // the command that takes what is pushed, as the repository's owner
	AgentSocket string // holds Central's key for the server
	PublicKey   string // file of the public half of that key: no other one is offered
	KnownHosts  string // file of the server's pinned key
}

func (d Destination) address() string {
	return "ssh://" + d.User + "@" + net.JoinHostPort(d.Host, strconv.Itoa(d.Port)) + d.Path
}

func (d Destination) ssh() string {
	return "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o GlobalKnownHostsFile=/dev/null -o IdentitiesOnly=yes -o LogLevel=ERROR" +
		option("UserKnownHostsFile", d.KnownHosts) + option("IdentityFile", d.PublicKey)
}

// option is an option of ssh whose value is a file: quoted for ssh, which takes a blank for the end of a name, and then
// for the shell.
func option(name, file string) string { return " -o " + quote(name+`="`+file+`"`) }

// quote makes text one word of a shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
