package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

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
