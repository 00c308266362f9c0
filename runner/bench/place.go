package bench

import (
	"crypto/sha1"
	"encoding/hex"
	"path"
	"strconv"

	"central/fleet"
)

// User is who benches run as on every server, but for those that were made by hand and adopted.
const User = "frappe"

const home = "/home/frappe"

// Revision is one directory of a bench on a server. Only At and Adopted make one, so its names are valid.
type Revision struct {
	bench, name string
	adopted     adopted
}

// adopted is where a bench lies that was made by hand, and whose it is; the zero value for what Central built.
type adopted struct{ path, owner, group string }

// At names a revision of a bench. It errs with CodeInvalid for a name that may not reach a command.
func At(bench, revision string) (Revision, error) {
	if err := fleet.ValidBenchName(bench); err != nil {
		return Revision{}, err
	}
	if err := fleet.ValidRevisionName(revision); err != nil {
		return Revision{}, err
	}
	return Revision{bench: bench, name: revision}, nil
}

// Adopted names the revision that stands for a bench made by hand: its directory, and the Unix user and group that own
// it. It errs with CodeInvalid for what may not reach a command.
func Adopted(bench, revision, path, owner, group string) (Revision, error) {
	r, err := At(bench, revision)
	if err != nil {
		return Revision{}, err
	}
	if err := fleet.ValidBenchPath(path); err != nil {
		return Revision{}, err
	}
	for _, name := range []string{owner, group} {
		if err := fleet.ValidLogin(name); err != nil {
			return Revision{}, err
		}
	}
	r.adopted = adopted{path, owner, group}
	return r, nil
}

// Of names a revision that is on record.
func Of(bench string, revision fleet.Revision) (Revision, error) {
	if revision.Adopted() {
		return Adopted(bench, revision.Name, revision.Path, revision.Owner, revision.OwnerGroup)
	}
	return At(bench, revision.Name)
}

// IsAdopted says whether the bench was made by hand.
func (r Revision) IsAdopted() bool { return r.adopted.path != "" }

// User is who the revision's files belong to, and who its commands run as.
func (r Revision) User() string {
	if r.IsAdopted() {
		return r.adopted.owner
	}
	return User
}

func (r Revision) group() string {
	if r.IsAdopted() {
		return r.adopted.group
	}
	return User
}

// looker is who may read the revision's files and write to Central's own places too: root where they are another
// user's than Central's.
func (r Revision) looker() string {
	if r.User() != User {
		return ""
	}
	return User
}

// String is the revision as people read it: "main r2".
func (r Revision) String() string { return r.bench + " " + r.name }

// Dir is the revision's directory.
func (r Revision) Dir() string {
	if r.bench == "" {
		panic("bench: the zero Revision names no directory")
	}
	if r.IsAdopted() {
		return r.adopted.path
	}
	return fleet.RevisionDir(r.bench, r.name)
}

// Units is what the names of its systemd units start with: "central-main-r2".
func (r Revision) Units() string { return "central-" + r.bench + "-" + r.name }

// Site names a site in this revision. It errs with CodeInvalid for a name that may not reach a command.
func (r Revision) Site(host string) (Site, error) {
	if err := fleet.ValidSiteName(host); err != nil {
		return Site{}, err
	}
	if r.bench == "" {
		return Site{}, fleet.Errorf(fleet.CodeInvalid, "%s needs a revision", host)
	}
	return Site{r, host}, nil
}

// Site is a site in a revision. Only Revision.Site makes one, so its names are valid.
type Site struct {
	revision Revision
	host     string
}

// String is the site's host name.
func (s Site) String() string { return s.host }

// Revision is where the site is.
func (s Site) Revision() Revision { return s.revision }

// In is the same site in another revision.
func (s Site) In(other Revision) Site { return Site{other, s.host} }

// Dir is the site's directory.
func (s Site) Dir() string {
	if s.host == "" {
		panic("bench: the zero Site names no directory")
	}
	return path.Join(s.revision.Dir(), "sites", s.host)
}

// BackupDir is where the backup lies that action number action took of a site.
func BackupDir(s Site, action uint) string {
	_ = s.Dir() // of a real site only
	return path.Join(home, "backups", s.host, strconv.FormatUint(uint64(action), 10))
}

// ArchiveDir is where archived sites' directories go.
const ArchiveDir = home + "/archived"

// DatabaseName is the name of a site's database and of its database user, made from the host name it was created with:
// "s" and 16 hexadecimal digits. Frappe would choose "_" and the same digits; but in a GRANT, which Frappe writes as it
// is, an underscore stands for any character.
func DatabaseName(host string) string {
	sum := sha1.Sum([]byte(host)) // a name, not a secret
	return "s" + hex.EncodeToString(sum[:])[:16]
}
