package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// AddServer puts a server on record that Central has just been to. It queues nothing. It errs with CodeConflict
// when its name, its address and port, or its host key are those of a server of the fleet, and with the code of the
// first note of fleet.Fit that blocks when it does not fit its role.
func (s *Store) AddServer(ctx context.Context, actor fleet.Actor, in fleet.NewServer) (fleet.Server, error) {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return fleet.Server{}, err
	}
	if err := in.Validate(); err != nil {
		return fleet.Server{}, err
	}
	if in.HostKey == "" {
		return fleet.Server{}, fleet.FieldErrorf(fleet.CodeUnreachable, "input.address", "The server's host key is not known; connect to it first.")
	}
	server := fleet.Server{
		Name: in.Name, Address: in.Address, Port: in.Port, User: in.User, Role: in.Role, HostKey: in.HostKey,
		Status: fleet.ServerNew, ActionsAtOnce: fleet.DefaultActionsAtOnce, Region: in.Region, Labels: in.Labels, TakenSlots: []int{}, CreatedAt: now(), UpdatedAt: now(),
	}
	if in.Facts != nil {
		if err := fleet.Blocking(fleet.Fit(*in.Facts, in.Role)); err != nil {
			return fleet.Server{}, err
		}
		server.Facts, server.FactsAt = in.Facts, &server.CreatedAt
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		// Whoever adds a server takes turns, because no index keeps two from showing one host key.
		if err := turn(tx, "servers"); err != nil {
			return err
		}
		if err := newServerTaken(tx, in); err != nil {
			return err
		}
		server.ID = 0
		if err := gorm.G[fleet.Server](tx).Create(ctx, &server); err != nil {
			return err
		}
		return s.audit(tx, actor, "addServer", fmt.Sprintf("%s (%s)", in.Name, in.Role), map[string]any{
			"name": in.Name, "address": in.Address, "port": in.Port, "user": in.User, "role": in.Role, "hostKey": in.HostKey,
			"region": in.Region, "labels": in.Labels, "byPassword": in.Password != "",
		}, nil)
	})
	if duplicate(err) {
		err = fleet.FieldErrorf(fleet.CodeConflict, "input.name", "A server with this name or address was added just now.")
	}
	return server, err
}

// CheckNewServer errs as AddServer would, as far as can be told before anybody has been to the machine, and brings
// the input into its form. Each call counts towards how often an actor may have Central connect to machines.
func (s *Store) CheckNewServer(ctx context.Context, actor fleet.Actor, in *fleet.NewServer) error {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return err
	}
	if err := in.Validate(); err != nil {
		return err
	}
	if err := newServerTaken(s.db.WithContext(ctx), *in); err != nil {
		return err
	}
	return s.mayConnect(actor, in.Entry())
}

// newServerTaken errs with CodeConflict when a server of the fleet has what a new one brings.
func newServerTaken(db *gorm.DB, in fleet.NewServer) error {
	if err := serverTaken(db, "input.name", "name = ?", in.Name); err != nil {
		return err
	}
	if err := serverTaken(db, "input.address", "address = ? AND port = ?", in.Address, in.Port); err != nil {
		return err
	}
	if in.HostKey == "" {
		return nil
	}
	twin, err := livingServer(db, "host_key = ?", in.HostKey)
	if err != nil || twin == nil {
		return err
	}
	return fleet.FieldErrorf(fleet.CodeConflict, "input.address",
		"It shows the host key of %s (%s port %d), which is in the fleet: either it is the same machine under another address, or a copy of it, which needs host keys of its own (rm /etc/ssh/ssh_host_*; ssh-keygen -A).",
		twin.Name, twin.Address, twin.Port)
}

// serverTaken errs with CodeConflict when there is a server of the fleet that meets the condition.
func serverTaken(db *gorm.DB, field, condition string, args ...any) error {
	taken, err := livingServer(db, condition, args...)
	if err != nil || taken == nil {
		return err
	}
	return fleet.FieldErrorf(fleet.CodeConflict, field, "The server %s (%s port %d) is already in the fleet.", taken.Name, taken.Address, taken.Port)
}

// livingServer is the first server that meets the condition and is not retired; nil when there is none.
func livingServer(db *gorm.DB, condition string, args ...any) (*fleet.Server, error) {
	server, err := gorm.G[fleet.Server](db).Where(condition, args...).Where("status <> ?", fleet.ServerRetired).Order("id").First(db.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	return &server, err
}

// turn makes transactions that name the same thing wait for each other.
func turn(tx *gorm.DB, name string) error {
	return tx.Exec("INSERT INTO gates (name, claims) VALUES (?, 1) ON DUPLICATE KEY UPDATE claims = claims + 1", name).Error
}

// ChangeServer changes what people find a server by, and how much it does at once.
func (s *Store) ChangeServer(ctx context.Context, actor fleet.Actor, in fleet.ServerChange) (fleet.Server, error) {
	var server fleet.Server
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return server, err
	}
	if err := in.Validate(); err != nil {
		return server, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if server, err = one[fleet.Server](ctx, tx, "server", in.ServerID, forUpdate); err != nil {
			return fleet.AtField(err, "input.serverId")
		}
		changes := map[string]any{}
		if in.Region != nil {
			server.Region, changes["region"] = *in.Region, *in.Region
		}
		if in.Labels != nil {
			server.Labels, changes["labels"] = in.Labels, in.Labels
		}
		if in.ActionsAtOnce != nil {
			server.ActionsAtOnce, changes["actionsAtOnce"] = *in.ActionsAtOnce, *in.ActionsAtOnce
		}
		if len(changes) == 0 {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input", "Say what to change: region, labels or actionsAtOnce.")
		}
		server.UpdatedAt = now()
		if err := tx.Model(&server).Select("region", "labels", "actions_at_once", "updated_at").Updates(&server).Error; err != nil {
			return err
		}
		changes["serverId"] = server.ID
		return s.audit(tx, actor, "changeServer", server.Name, changes, nil)
	})
	return server, err
}
