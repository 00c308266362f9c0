package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// certificatesAtOnce is how many certificates are issued together: authorities count orders.
const certificatesAtOnce = 4

// Certificates lists all certificates: those that end first come first, those that were never issued last.
func (s *Store) Certificates(ctx context.Context) ([]fleet.Certificate, error) {
	return gorm.G[fleet.Certificate](s.db).Order("not_after IS NULL, not_after, id").Find(ctx)
}

// Certificate reads one certificate.
func (s *Store) Certificate(ctx context.Context, id uint) (fleet.Certificate, error) {
	return one[fleet.Certificate](ctx, s.db, "certificate", id)
}

// CertificatesOfSites gives the certificate that the proxies show for each site that has one.
func (s *Store) CertificatesOfSites(ctx context.Context, siteIDs []uint) (map[uint]fleet.Certificate, error) {
	all, err := s.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	chosen, found := fleet.ChooseCertificates(all), map[uint]fleet.Certificate{}
	for chunk := range slices.Chunk(siteIDs, idsPerStatement) {
		sites, err := gorm.G[fleet.Site](s.db).Select("id", "name").Where("id IN ?", chunk).Find(ctx)
		if err != nil {
			return nil, err
		}
		for _, site := range sites {
			if c, ok := fleet.CertificateOf(site.Name, chosen); ok {
				found[site.ID] = c
			}
		}
	}
	return found, nil
}

// CertificateNeed is what Central must have to issue certificates.
type CertificateNeed struct {
	DNSHook bool // a program of the operator's proves control of wildcards
}

// IssueCertificate puts a certificate on record and queues its issue. It errs with CodeInvalid for a name that is no
// site's and a wildcard that covers none or that nothing could prove control of, with CodeNotReady when no proxy could
// answer the authority, and with CodeConflict when there is a certificate for these names.
func (s *Store) IssueCertificate(ctx context.Context, actor fleet.Actor, in fleet.NewCertificate, have CertificateNeed) (fleet.Certificate, fleet.Action, error) {
	var certificate fleet.Certificate
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return certificate, action, err
	}
	if err := in.Validate(); err != nil {
		return certificate, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		if err := certificateNames(tx, in.Names, have); err != nil {
			return err
		}
		certificate = fleet.Certificate{
			Names: in.Names, NamesDigest: fleet.CertificateNamesDigest(fleet.CertificateACME, in.Names), Kind: fleet.CertificateACME,
			Status: fleet.CertificateWaiting, CreatedAt: now(), UpdatedAt: now(),
		}
		if err := gorm.G[fleet.Certificate](tx).Create(ctx, &certificate); err != nil {
			return err
		}
		var err error
		if action, err = s.enqueueIssue(tx, actor, &certificate); err != nil {
			return err
		}
		return s.audit(tx, actor, "issueCertificate", strings.Join(in.Names, " "), map[string]any{"names": in.Names}, &action.ID)
	})
	if duplicate(err) {
		err = fleet.FieldErrorf(fleet.CodeConflict, "input.names", "There is a certificate for %s already; renew that one.", fleet.CertificateTitle(in.Names))
	}
	return certificate, action, err
}

// certificateNames errs unless every name is a site's or covers one, and control of it can be proved.
func certificateNames(tx *gorm.DB, names []string, have CertificateNeed) error {
	ctx := tx.Statement.Context
	byHTTP := false
	for i, name := range names {
		field := fmt.Sprintf("input.names.%d", i)
		sites, err := sitesCovered(tx, name)
		if err != nil {
			return err
		}
		switch wild := fleet.IsWildcard(name); {
		case wild && !have.DNSHook:
			return fleet.FieldErrorf(fleet.CodeInvalid, field, "A wildcard needs a program that changes the DNS, and this Central has none: see --acme-dns-hook.")
		case wild && sites == 0:
			return fleet.FieldErrorf(fleet.CodeInvalid, field, "No site of Central's is covered by %s.", name)
		case sites == 0:
			return fleet.FieldErrorf(fleet.CodeInvalid, field, "No site of Central's is called %s.", name)
		case !wild:
			byHTTP = true
		}
	}
	if !byHTTP {
		return nil
	}
	proxies, err := gorm.G[fleet.Server](tx).Where("role = ? AND status = ?", fleet.RoleProxy, fleet.ServerReady).Count(ctx, "id")
	if err == nil && proxies == 0 {
		err = fleet.Errorf(fleet.CodeNotReady, "No proxy is ready, and the authority asks one for proof: set one up first.")
	}
	return err
}

// sitesCovered counts the routed sites that a certificate's name is for.
func sitesCovered(tx *gorm.DB, name string) (int64, error) {
	routed := []fleet.SiteStatus{fleet.SiteCreating, fleet.SiteActive, fleet.SiteBroken}
	condition, value := "name = ?", name
	if fleet.IsWildcard(name) { // one label in front of the parent, which has no % and no _
		condition, value = "SUBSTRING(name, LOCATE('.', name)) = ?", name[1:]
	}
	return gorm.G[fleet.Site](tx).Where("status IN ?", routed).Where(condition, value).Count(tx.Statement.Context, "id")
}

// enqueueIssue queues the issue of a certificate that nothing holds, and lets the action hold it.
func (s *Store) enqueueIssue(tx *gorm.DB, actor fleet.Actor, certificate *fleet.Certificate) (fleet.Action, error) {
	verb := "Issue"
	if certificate.Status == fleet.CertificateActive {
		verb = "Renew"
	}
	action := fleet.Action{
		Kind: fleet.ActionIssueCertificate, Title: fmt.Sprintf("%s the certificate of %s", verb, fleet.CertificateTitle(certificate.Names)),
		CertificateID: &certificate.ID, ActorName: actor.Name, WantsKey: fmt.Sprintf("certificate:%d", certificate.ID),
		Lane: "certificates", LaneLimit: certificatesAtOnce,
	}
	if err := s.enqueue(tx, &action); err != nil {
		return action, err
	}
	certificate.BusyActionID = &action.ID
	return action, tx.Model(&fleet.Certificate{}).Where("id = ?", certificate.ID).Updates(map[string]any{"busy_action_id": action.ID, "updated_at": now()}).Error
}

// RenewCertificate queues the issue of a certificate anew, before its time or after a failure. It errs with CodeConflict
// while it is being issued and with CodeInvalid for one that was uploaded.
func (s *Store) RenewCertificate(ctx context.Context, actor fleet.Actor, id uint, have CertificateNeed) (fleet.Certificate, fleet.Action, error) {
	var certificate fleet.Certificate
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return certificate, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if certificate, err = one[fleet.Certificate](ctx, tx, "certificate", id, forUpdate); err != nil {
			return fleet.AtField(err, "input.certificateId")
		}
		if certificate.Kind != fleet.CertificateACME {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.certificateId", "This certificate was uploaded; upload its successor.")
		}
		if certificate.BusyActionID != nil {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.certificateId", "This certificate is being issued just now.")
		}
		if err := certificateNames(tx, certificate.Names, have); err != nil {
			return fleet.AtField(err, "input.certificateId")
		}
		if action, err = s.enqueueIssue(tx, actor, &certificate); err != nil {
			return err
		}
		return s.audit(tx, actor, "renewCertificate", strings.Join(certificate.Names, " "), map[string]any{"certificateId": id}, &action.ID)
	})
	return certificate, action, err
}

// UploadCertificate keeps a chain and its key, which seal encrypts, in place of an earlier one that was uploaded for the
// same names, and queues its installation. It errs as fleet.ReadCertificate does, and with CodeInvalid when it is for no
// site of Central's.
func (s *Store) UploadCertificate(ctx context.Context, actor fleet.Actor, chain, key string, seal func([]byte) ([]byte, error)) (fleet.Certificate, []fleet.Action, error) {
	var certificate fleet.Certificate
	var actions []fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return certificate, nil, err
	}
	facts, err := fleet.ReadCertificate(chain, key, now())
	if err != nil {
		return certificate, nil, err
	}
	sealedKey, err := seal([]byte(facts.Key))
	if err != nil {
		return certificate, nil, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		known := int64(0)
		for _, name := range facts.Names {
			sites, err := sitesCovered(tx, name)
			if err != nil {
				return err
			}
			known += sites
		}
		if known == 0 {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.chain", "The certificate is for %s; no site of Central's is called so.", fleet.CertificateTitle(facts.Names))
		}
		digest := fleet.CertificateNamesDigest(fleet.CertificateUploaded, facts.Names)
		before, err := gorm.G[fleet.Certificate](tx, forUpdate).Where("names_digest = ?", digest).First(ctx)
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		certificate = fleet.Certificate{ID: before.ID, Names: facts.Names, NamesDigest: digest, Kind: fleet.CertificateUploaded, CreatedAt: before.CreatedAt}
		if certificate.ID == 0 {
			certificate.CreatedAt = now()
		}
		fillCertificate(&certificate, facts, sealedKey)
		if err := putCertificate(tx, &certificate); err != nil {
			return err
		}
		if actions, err = s.installCertificates(tx, actor); err != nil {
			return err
		}
		return s.audit(tx, actor, "uploadCertificate", strings.Join(facts.Names, " "), map[string]any{
			"names": facts.Names, "issuer": facts.Issuer, "notAfter": facts.NotAfter, "digest": facts.Digest,
		}, firstOf(actions))
	})
	return certificate, actions, err
}

// putCertificate writes all of a certificate, new or changed.
func putCertificate(tx *gorm.DB, certificate *fleet.Certificate) error {
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(certificate).Error
}

func fillCertificate(c *fleet.Certificate, facts fleet.CertificateFacts, sealedKey []byte) {
	c.Status, c.Chain, c.SealedKey, c.Digest, c.Issuer = fleet.CertificateActive, facts.Chain, sealedKey, facts.Digest, facts.Issuer
	c.NotBefore, c.NotAfter, c.Failures, c.LastError, c.UpdatedAt = &facts.NotBefore, &facts.NotAfter, 0, "", now()
}

// RemoveCertificate forgets a certificate and its key, and queues its removal from the proxies: its names are served
// without https again, unless another certificate covers them. It errs with CodeInvalid unless confirm is its first name,
// and with CodeConflict while it is being issued.
func (s *Store) RemoveCertificate(ctx context.Context, actor fleet.Actor, id uint, confirm string) ([]fleet.Action, error) {
	var actions []fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return nil, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		certificate, err := one[fleet.Certificate](ctx, tx, "certificate", id, forUpdate)
		if err != nil {
			return fleet.AtField(err, "input.certificateId")
		}
		if confirm != certificate.Names[0] {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.confirmName", "Type %s to remove its certificate.", certificate.Names[0])
		}
		if certificate.BusyActionID != nil {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.certificateId", "This certificate is being issued just now; wait until that has ended.")
		}
		if err := tx.Exec("DELETE FROM certificates WHERE id = ?", id).Error; err != nil {
			return err
		}
		if actions, err = s.installCertificates(tx, actor); err != nil {
			return err
		}
		return s.audit(tx, actor, "removeCertificate", strings.Join(certificate.Names, " "), map[string]any{"certificateId": id, "digest": certificate.Digest}, firstOf(actions))
	})
	return actions, err
}

func firstOf(actions []fleet.Action) *uint {
	if len(actions) == 0 {
		return nil
	}
	return &actions[0].ID
}

// CertificateIssued keeps what the authority has issued in the course of an action.
func (s *Store) CertificateIssued(ctx context.Context, ref LeaseRef, facts fleet.CertificateFacts, sealedKey []byte) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		certificate, err := one[fleet.Certificate](ctx, tx, "certificate", *action.CertificateID, forUpdate)
		if err != nil {
			return err
		}
		fillCertificate(&certificate, facts, sealedKey)
		again := fleet.RenewalTime(facts.NotBefore, facts.NotAfter)
		certificate.NextAttemptAt = &again
		return putCertificate(tx, &certificate)
	})
}

// NoteRetryAfter is the note of an action that says when its authority wants to be asked again at the earliest, in the
// form of RFC 3339.
const NoteRetryAfter = "retryAfter"

// certificateEnded lets go of a certificate. When it was issued, the proxies get it; when not, it is tried again later:
// the later the more often it has failed, and not before the authority wants it.
func (s *Store) certificateEnded(tx *gorm.DB, action *fleet.Action) error {
	certificate, err := one[fleet.Certificate](tx.Statement.Context, tx, "certificate", *action.CertificateID, forUpdate)
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	columns := map[string]any{"busy_action_id": nil, "updated_at": now()}
	if !succeeded(action) {
		failures := certificate.Failures + 1
		again := fleet.RetryTime(now(), failures)
		if wish, err := time.Parse(time.RFC3339, action.Cursor.Notes[NoteRetryAfter]); err == nil && wish.After(again) {
			again = wish
		}
		columns["failures"], columns["last_error"], columns["next_attempt_at"] = failures, action.ErrorMessage, again
		if certificate.Status == fleet.CertificateWaiting {
			columns["status"] = fleet.CertificateFailed
		}
	}
	if err := tx.Model(&fleet.Certificate{}).Where("id = ?", certificate.ID).Updates(columns).Error; err != nil || !succeeded(action) {
		return err
	}
	_, err = s.installCertificates(tx, fleet.Actor{Name: action.ActorName})
	return err
}

// QueueRenewals queues the issue of every certificate whose time has come, and says how many that are. Of several
// runners that ask at once, one gets each.
func (s *Store) QueueRenewals(ctx context.Context) (int, error) {
	queued := 0
	err := s.tx(ctx, func(tx *gorm.DB) error {
		queued = 0
		var due []fleet.Certificate
		err := tx.Raw(`SELECT * FROM certificates WHERE kind = 'ACME' AND next_attempt_at <= ? AND busy_action_id IS NULL
			ORDER BY next_attempt_at LIMIT 100 FOR UPDATE SKIP LOCKED`, now()).Scan(&due).Error
		if err != nil {
			return err
		}
		for i := range due {
			action, err := s.enqueueIssue(tx, centralItself, &due[i])
			if err != nil {
				return err
			}
			err = s.audit(tx, centralItself, "renewCertificate", strings.Join(due[i].Names, " "), map[string]any{"certificateId": due[i].ID}, &action.ID)
			if err != nil {
				return err
			}
			queued++
		}
		return nil
	})
	return queued, err
}

// installCertificates makes sure that every proxy that is in use gets the certificates as this transaction leaves them.
func (s *Store) installCertificates(tx *gorm.DB, actor fleet.Actor) ([]fleet.Action, error) {
	proxies, err := gorm.G[fleet.Server](tx).Where("role = ? AND status = ?", fleet.RoleProxy, fleet.ServerReady).Order("id").Find(tx.Statement.Context)
	if err != nil {
		return nil, err
	}
	actions := make([]fleet.Action, 0, len(proxies))
	for _, proxy := range proxies {
		action, err := s.enqueueCertificates(tx, actor, proxy)
		if err != nil {
			return nil, err
		}
		actions = append(actions, action)
	}
	return actions, nil
}

// enqueueCertificates joins an action that is still waiting, as enqueueRoute does.
func (s *Store) enqueueCertificates(tx *gorm.DB, actor fleet.Actor, proxy fleet.Server, needs ...uint) (fleet.Action, error) {
	waiting, err := gorm.G[fleet.Action](tx, forUpdate).
		Where("server_id = ? AND kind = ? AND status = ?", proxy.ID, fleet.ActionInstallCertificates, fleet.ActionQueued).First(tx.Statement.Context)
	if err == nil && len(needs) == 0 {
		return waiting, nil
	}
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return waiting, err
	}
	action := certificatesAction(actor, proxy)
	err = s.enqueue(tx, &action, needs...)
	return action, err
}

// certificatesAction gives a proxy its certificates.
func certificatesAction(actor fleet.Actor, proxy fleet.Server) fleet.Action {
	return fleet.Action{
		Kind: fleet.ActionInstallCertificates, Title: "Install certificates on " + proxy.Name, ServerID: &proxy.ID,
		ActorName: actor.Name, WantsKey: fmt.Sprintf("server:%d", proxy.ID),
	}
}

// certificatesFor queues the certificates of a proxy that is being set up, if there are any.
func (s *Store) certificatesFor(tx *gorm.DB, actor fleet.Actor, proxy fleet.Server, needs uint) error {
	there, err := gorm.G[fleet.Certificate](tx).Where("status = ?", fleet.CertificateActive).Count(tx.Statement.Context, "id")
	if err != nil || there == 0 {
		return err
	}
	_, err = s.enqueueCertificates(tx, actor, proxy, needs)
	return err
}

// CertificatesInstalled keeps what a proxy was given: the digest of what was asked for and the digests of the files.
func (s *Store) CertificatesInstalled(ctx context.Context, serverID uint, digest string, files fleet.ProxyFiles) error {
	return s.changeProxy(ctx, serverID, func(state *fleet.ProxyState) {
		state.CertificatesDigest = digest
		for path, d := range files {
			state.Maps[path] = d
		}
	})
}
