package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

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
