package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// certificatesAtOnce is how many certificates are issued together: authorities count orders.
const certificatesAtOnce = 4

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

// sitesCovered counts the names and domains of routed sites that a certificate's name is for.
func sitesCovered(tx *gorm.DB, name string) (int64, error) {
	routed := []fleet.SiteStatus{fleet.SiteCreating, fleet.SiteActive, fleet.SiteBroken}
	condition, value := "hosts.name = ?", name
	if fleet.IsWildcard(name) { // one label in front of the parent, which has no % and no _
		condition, value = "SUBSTRING(hosts.name, LOCATE('.', hosts.name)) = ?", name[1:]
	}
	var count int64
	err := tx.Table("sites").Joins("JOIN ("+siteHosts+") hosts ON hosts.site_id = sites.id").
		Where("sites.status IN ?", routed).Where(condition, value).Count(&count).Error
	return count, err
}

// enqueueIssue queues the issue of a certificate that nothing holds, after what it needs, and lets the action hold it.
func (s *Store) enqueueIssue(tx *gorm.DB, actor fleet.Actor, certificate *fleet.Certificate, needs ...uint) (fleet.Action, error) {
	verb := "Issue"
	if certificate.Status == fleet.CertificateActive {
		verb = "Renew"
	}
	action := fleet.Action{
		Kind: fleet.ActionIssueCertificate, Title: fmt.Sprintf("%s the certificate of %s", verb, fleet.CertificateTitle(certificate.Names)),
		CertificateID: &certificate.ID, ActorName: actor.Name, WantsKey: fmt.Sprintf("certificate:%d", certificate.ID),
		Lane: "certificates", LaneLimit: certificatesAtOnce,
	}
	if err := s.enqueue(tx, &action, needs...); err != nil {
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
