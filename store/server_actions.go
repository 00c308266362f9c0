package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// Notes in the cursor of an action on a server: what was asked for besides its kind.
const (
	NoteService = "service"
	NoteCleanUp = "cleanUp"
)

// serverOperations are the mutations by which actions on a server are asked for, as the audit log names them.
var serverOperations = map[fleet.ActionKind]string{
	fleet.ActionCheckServer: "checkServer", fleet.ActionPreviewServer: "previewServer", fleet.ActionUpdateServer: "updateServer",
	fleet.ActionRestartService: "restartService", fleet.ActionRebootServer: "rebootServer",
	fleet.ActionRotateCredentials: "rotateCredentials", fleet.ActionRetireServer: "retireServer",
}

// ServerActionPlan says what an action on a server would do and what stands in its way.
func (s *Store) ServerActionPlan(ctx context.Context, actor fleet.Actor, in fleet.ServerActionInput) (fleet.ServerActionPlan, error) {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return fleet.ServerActionPlan{}, err
	}
	db := s.db.WithContext(ctx)
	subject, err := serverSubject(ctx, db, in.ServerID)
	if err != nil {
		return fleet.ServerActionPlan{}, err
	}
	plan, err := fleet.PlanServerAction(subject, in)
	if err != nil || !plan.NeedsPreview {
		return plan, err
	}
	of, err := previewOf(ctx, db, subject.Server)
	if err == nil {
		plan.Preview, err = usablePreview(ctx, db, of)
	}
	return plan, err
}

// ActOnServer queues one of the limited set of actions on a server, but for SET_UP_SERVER, which SetUpServer queues.
// It errs as the first note of its plan that blocks, and with CodeInvalid when the plan asks for the server's name
// and another one was given.
func (s *Store) ActOnServer(ctx context.Context, actor fleet.Actor, in fleet.ServerActionInput) (fleet.Server, fleet.Action, error) {
	var server fleet.Server
	var action fleet.Action
	needed, err := fleet.NeedsForServerAction(in.Kind)
	if err != nil {
		return server, action, err
	}
	if err := actor.Require(needed); err != nil {
		return server, action, err
	}
	operation := serverOperations[in.Kind]
	if operation == "" {
		return server, action, fmt.Errorf("%s is queued elsewhere", in.Kind)
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		subject, err := serverSubject(ctx, tx, in.ServerID, forUpdate)
		if err != nil {
			return err
		}
		server = subject.Server
		plan, err := fleet.PlanServerAction(subject, in)
		if err != nil {
			return err
		}
		if err := fleet.Blocking(plan.Notes); err != nil {
			return err
		}
		if plan.Confirm && in.ConfirmName != server.Name {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.confirmName", "Type the name of the server, %s, to confirm.", server.Name)
		}
		if in.Kind == fleet.ActionRetireServer { // from now on it takes no bench
			server.Status, server.StatusReason = fleet.ServerSettingUp, "It is being retired."
			if err := setServerStatus(tx, server.ID, server.Status, server.StatusReason); err != nil {
				return err
			}
		}
		asked := map[string]any{"serverId": server.ID}
		notes := map[string]string{}
		switch in.Kind {
		case fleet.ActionRestartService:
			asked["service"], notes[NoteService] = in.Service, string(in.Service)
		case fleet.ActionRebootServer:
			asked["withSites"] = in.WithSites
		case fleet.ActionRetireServer:
			asked["cleanUp"], notes[NoteCleanUp] = in.CleanUp, fmt.Sprint(in.CleanUp)
		default:
		}
		action = fleet.Action{
			Kind: in.Kind, Title: plan.Title, ServerID: &server.ID, ActorName: actor.Name,
			WantsKey: serverKey(server.ID), Cursor: fleet.Cursor{Notes: notes},
		}
		pair := subject.Pair
		if rotatesPair := in.Kind == fleet.ActionRotateCredentials && pair != nil && pair.Status == fleet.PairReady; rotatesPair {
			action.PairID = &pair.ID
		}
		if err := s.enqueue(tx, &action); err != nil {
			return err
		}
		if action.PairID != nil {
			if err := holdPair(tx, *pair, action.ID); err != nil {
				return err
			}
		}
		return s.audit(tx, actor, operation, server.Name, asked, &action.ID)
	})
	return server, action, err
}

// serverSubject reads a server with what an action on it concerns.
func serverSubject(ctx context.Context, db *gorm.DB, id uint, lock ...clause.Expression) (fleet.ServerSubject, error) {
	subject := fleet.ServerSubject{}
	var err error
	if subject.Server, err = one[fleet.Server](ctx, db, "server", id, lock...); err != nil {
		return subject, fleet.AtField(err, "input.serverId")
	}
	server := subject.Server
	if subject, err = heldBy(ctx, db, id); err != nil {
		return subject, err
	}
	subject.Server = server
	err = pairOfSubject(db, &subject)
	return subject, err
}

// heldBy counts what a server holds, and lists what is under way on it.
func heldBy(ctx context.Context, db *gorm.DB, id uint) (fleet.ServerSubject, error) {
	subject := fleet.ServerSubject{}
	var err error
	count := func(into *int, model any, condition string, args ...any) {
		if err != nil {
			return
		}
		var n int64
		err = db.WithContext(ctx).Model(model).Where(condition, args...).Count(&n).Error
		*into = int(n)
	}
	count(&subject.Benches, &fleet.Bench{}, "server_id = ? AND retired_at IS NULL", id)
	count(&subject.Sites, &fleet.Site{}, "server_id = ? AND status NOT IN ?", id, goneSites)
	count(&subject.Proxies, &fleet.Server{}, "role = ? AND status IN ?", fleet.RoleProxy, proxiesInUse)
	count(&subject.OnlyBackups, &fleet.Backup{}, "server_id = ? AND storage_id IS NULL AND state = ?", id, fleet.BackupComplete)
	if err != nil {
		return subject, err
	}
	err = db.WithContext(ctx).Model(&fleet.Action{}).Where("(server_id = ? OR id IN ("+comingTo+")) AND status IN ? AND kind <> ?", id, []uint{id},
		unfinished, fleet.ActionCheckServer).Order("id").Limit(maxAtWork).Pluck("title", &subject.AtWork).Error
	return subject, err
}

// maxAtWork is how many actions are named that stand in the way of another.
const maxAtWork = 100

// pairOfSubject fills in the pair that a server is part of.
func pairOfSubject(db *gorm.DB, subject *fleet.ServerSubject) error {
	ctx, id := db.Statement.Context, subject.Server.ID
	pair, err := gorm.G[fleet.Pair](db).Where("master_id = ? OR slave_id = ?", id, id).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	subject.Pair = &pair
	other := pair.SlaveID
	if other == id {
		other = pair.MasterID
	}
	partner, err := one[fleet.Server](ctx, db, "server", other)
	subject.Partner = partner.Name
	return err
}

// holdPair lets an action hold a pair that stays as it is. It errs with CodeConflict when another one was faster.
func holdPair(tx *gorm.DB, pair fleet.Pair, actionID uint) error {
	held := tx.Model(&fleet.Pair{}).Where("id = ? AND status = ? AND busy_action_id IS NULL", pair.ID, pair.Status).
		Updates(map[string]any{"busy_action_id": actionID, "updated_at": now()})
	if held.Error == nil && held.RowsAffected == 0 {
		return fleet.FieldErrorf(fleet.CodeConflict, "input.serverId", "The pair %s is busy; wait until that is done.", pair.Name)
	}
	return held.Error
}

// pairLetGo frees the pair that an action held which left it as it was.
func pairLetGo(tx *gorm.DB, action *fleet.Action) error {
	return tx.Model(&fleet.Pair{}).Where("busy_action_id = ?", action.ID).Updates(map[string]any{"busy_action_id": nil, "updated_at": now()}).Error
}

// ActiveSitesOn lists the sites that a server serves, by name.
func (s *Store) ActiveSitesOn(ctx context.Context, serverID uint) ([]fleet.Site, error) {
	return gorm.G[fleet.Site](s.db).Where("server_id = ? AND status = ?", serverID, fleet.SiteActive).Order("name").Find(ctx)
}

// SaveServerFacts keeps what the server of an action said of itself just now.
func (s *Store) SaveServerFacts(ctx context.Context, ref LeaseRef, facts fleet.ServerFacts) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		at := now()
		return tx.Model(&fleet.Server{ID: *action.ServerID}).Select("facts", "facts_at").Updates(&fleet.Server{Facts: &facts, FactsAt: &at}).Error
	})
}

// serverRetired lets go of a server. Where that failed, it is left as it is.
func (s *Store) serverRetired(tx *gorm.DB, action *fleet.Action) error {
	if !succeeded(action) {
		return tx.Model(&fleet.Server{}).Where("id = ? AND status = ?", *action.ServerID, fleet.ServerSettingUp).
			Updates(map[string]any{"status": fleet.ServerFailed, "status_reason": "It could not be retired: " + action.ErrorMessage, "updated_at": now()}).Error
	}
	server, err := one[fleet.Server](tx.Statement.Context, tx, "server", *action.ServerID, forUpdate)
	if err != nil {
		return err
	}
	if err := setServerStatus(tx, server.ID, fleet.ServerRetired, ""); err != nil {
		return err
	}
	if err := tx.Model(&fleet.Server{}).Where("id = ?", server.ID).Update("ssh_key", "").Error; err != nil {
		return err
	}
	if _, err := dropUnusedKeys(tx, nil); err != nil || server.Role != fleet.RoleProxy {
		return err
	}
	return s.updateFirewalls(tx, fleet.Actor{Name: action.ActorName})
}
