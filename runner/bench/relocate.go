package bench

import (
	"bytes"
	"fmt"
	"path"
	"strconv"

	"central/fleet"
)

var (
	siteTree      = pythonScript("site_tree")
	sendTables    = siteScript("send_tables")
	receiveTables = backupScript("receive_tables")
	settleSite    = siteScript("settle_site")
)

// arrivalDir is where the directory of a site that comes from another server is made complete, in no folder that is
// searched for sites.
func arrivalDir(s Site, action uint) string {
	return path.Join(s.revision.Dir(), "arriving", strconv.FormatUint(uint64(action), 10))
}

// ListTree answers with what is in a site's directory, for CompareTree on another server.
func ListTree(s Site) Command {
	return script(siteTree, s.revision.User(), "list the files of "+s.host, "list", s.Dir())
}

// CompareTree reads what ListTree says, removes what is not in it from where the site arrives, and answers with what is
// missing there; ParseMissing reads it.
func CompareTree(s Site, action uint) Command {
	return script(siteTree, s.revision.User(), "compare the files of "+s.host, "compare", arrivalDir(s, action))
}

// Missing is what CompareTree found.
type Missing struct {
	Files int
	Bytes int64
	Names []byte // as SendTree reads them
}

// ParseMissing reads the answer to CompareTree. It errs with CodeCommandFailed when it is none.
func ParseMissing(stdout []byte) (Missing, error) {
	head, names, _ := bytes.Cut(stdout, []byte("\n"))
	m := Missing{Names: names}
	if n, err := fmt.Sscanf(string(head), "files=%d bytes=%d", &m.Files, &m.Bytes); n != 2 {
		return m, fleet.Errorf(fleet.CodeCommandFailed, "the comparison of the files made no sense: %v", err)
	}
	return m, nil
}

// SendTree answers with an archive of the files that are missing elsewhere, for ReceiveTree.
func SendTree(s Site, missing Missing) Command {
	c := script(siteTree, s.revision.User(), "send the files of "+s.host, "send", s.Dir())
	c.Stdin = missing.Names
	return c
}

// ReceiveTree reads what SendTree says, and unpacks it where the site arrives.
func ReceiveTree(s Site, action uint) Command {
	return script(siteTree, s.revision.User(), "receive the files of "+s.host, "receive", arrivalDir(s, action))
}

// DropArrival removes what has arrived of a site.
func DropArrival(s Site, action uint) Command {
	return script(removeTree, s.revision.User(), "remove what has arrived of "+s.host, arrivalDir(s, action))
}

// SendTables answers with all tables of a site, for ReceiveTables.
func SendTables(s Site) Command {
	return script(sendTables, s.revision.User(), "send the tables of "+s.host, s.Dir())
}

// ReceiveTables reads what SendTables says into a database of this server, whose tables it replaces. It answers tables=N.
func ReceiveTables(s Site, login DatabaseLogin) Command {
	c := script(receiveTables, s.revision.User(), "receive the tables of "+s.host)
	c.Stdin = append(mustJSON(login.config()), '\n')
	return c
}

// SettleSite makes what has arrived the site's directory, with the way to its database here. It answers settled=yes, or
// settled=already.
func SettleSite(s Site, action uint, login DatabaseLogin) Command {
	c := script(settleSite, s.revision.User(), "settle "+s.host, arrivalDir(s, action), s.Dir())
	c.Stdin = mustJSON(login.config())
	return c
}

// UnsettleSite takes SettleSite back, so that DropArrival removes what has arrived. It answers settled=back, or settled=no
// when it was not settled.
func UnsettleSite(s Site, action uint) Command {
	return script(settleSite, s.revision.User(), "take "+s.host+" out again", arrivalDir(s, action), s.Dir(), "back")
}
