// Package graph is the GraphQL API: one thin resolver file for each noun, which calls the store once and
// returns what it says. Login, limits, loaders and the form of errors are here, at the edge; permission,
// validation and audit are in the store.
package graph

import (
	"context"

	"central/fleet"
	"central/store"
)

//go:generate go tool gqlgen generate

// Resolver holds what resolvers need.
type Resolver struct {
	Store *store.Store
	// Scan asks a machine for its host keys without logging in, the one to pin first. It errs with
	// CodeUnreachable, about the field "address", when nothing answers there as an SSH server.
	Scan func(ctx context.Context, address string, port int) ([]fleet.HostKey, error)
	// Enter logs in to a machine as Central will and looks at it; with a password it puts Central's key there
	// first. It errs when the machine cannot be reached, shows a key with another fingerprint than the one given,
	// refuses the password or Central's key, or does not let the user become root.
	Enter func(context.Context, fleet.ServerEntry) (fleet.ServerLook, error)
	// Inspect looks at servers before a deploy to them is planned, all at once and for a few seconds at most,
	// and returns what stands in its way.
	Inspect func(context.Context, []fleet.Server) []fleet.ServerFinding
	// InspectPair looks at both servers of a pair before a switch, for a few seconds at most, and adds what it found.
	InspectPair func(context.Context, fleet.SwitchFacts) fleet.SwitchFacts
	// LookAtCandidates looks at two servers that are to become a pair, before anything is changed on either. What keeps
	// it from looking is an error about the field of fleet.NewPair.
	LookAtCandidates func(ctx context.Context, master, slave fleet.Server) (fleet.PairCandidate, fleet.PairCandidate, error)
	// LookUpDomain says where a domain points, and where it should, within a few seconds.
	LookUpDomain func(ctx context.Context, name string) fleet.DomainLook
	// InstalledApps asks a site's server which apps the site has, LookAtAppTables which tables would go with one of them.
	InstalledApps   func(context.Context, fleet.Site) ([]string, error)
	LookAtAppTables func(ctx context.Context, site fleet.Site, app string) ([]fleet.AppTable, error)
	// AllowLogin lets somebody sign in to a site as its Administrator once, and returns the path that does so.
	AllowLogin func(context.Context, fleet.Site) (string, error)
	// Fingerprint is what people compare of a host key: "SHA256:…".
	Fingerprint func(hostKey string) string
	// PublicKey is the line of Central's key for a new server's authorized_keys, as it is now.
	PublicKey func(context.Context) (string, error)
	// Seal encrypts a secret for the database: the private key of a certificate, the password of a new site.
	Seal func(secret []byte) ([]byte, error)
	// NewKey makes an SSH key: the line of its public half, and the private half encrypted for the database.
	NewKey func() (public string, sealed []byte, err error)
	// TryStorage writes an object to a backup storage, reads and removes it. It errs about the field that is at fault.
	TryStorage func(context.Context, fleet.BackupStorageInput) error
	// CertificateAuthority is the address of who issues certificates, DNSHook whether it can be shown control of wildcards.
	CertificateAuthority string
	DNSHook              bool
	// SignUpLinks signs what sign-ups are confirmed and followed with.
	SignUpLinks fleet.SignUpLinks
	// Mails says whether there is a mail server that reminders are sent by.
	Mails bool
	// Sessions remember who is signed in between requests.
	Sessions Sessions
}

// Sessions remember who is signed in between requests. The HTTP server implements it with a cookie.
type Sessions interface {
	// Begin starts a session of this person in the answer to the request of ctx, under a new token.
	Begin(ctx context.Context, actor fleet.Actor) error
	// End ends the session of the request of ctx, if there is one.
	End(ctx context.Context) error
	// EndAll ends every session of a person, wherever it was begun.
	EndAll(ctx context.Context, userID uint) error
}

// setBackupStorage puts a storage in use that was tried just now.
func (r *Resolver) setBackupStorage(ctx context.Context, input fleet.BackupStorageInput) (fleet.BackupStorage, error) {
	if err := r.Store.CheckBackupStorage(actorOf(ctx), &input); err != nil {
		return fleet.BackupStorage{}, err
	}
	if err := r.TryStorage(ctx, input); err != nil {
		return fleet.BackupStorage{}, err
	}
	sealed, err := r.Seal([]byte(input.SecretKey))
	if err != nil {
		return fleet.BackupStorage{}, err
	}
	return r.Store.SetBackupStorage(ctx, actorOf(ctx), input, sealed)
}

// lookAtNewPair errs, before anything is put on record, when two servers cannot become a pair as they are now.
func (r *Resolver) lookAtNewPair(ctx context.Context, input fleet.NewPair) error {
	master, slave, err := r.Store.CheckNewPair(ctx, actorOf(ctx), input)
	if err != nil {
		return err
	}
	of, to, err := r.LookAtCandidates(ctx, master, slave)
	if err != nil {
		return err
	}
	return fleet.FitsNewPair(of, to)
}

// certificateNeed is what this Central has to issue certificates with.
func (r *Resolver) certificateNeed() store.CertificateNeed {
	return store.CertificateNeed{DNSHook: r.DNSHook}
}

// bulkMeans is what changes of many sites need.
func (r *Resolver) bulkMeans() store.BulkMeans {
	return store.BulkMeans{Seal: r.Seal, LookUp: r.LookUpDomain, Certificates: r.certificateNeed()}
}
