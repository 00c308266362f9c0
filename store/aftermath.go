package store

import (
	"maps"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// afterClaim does what the start of an action means for the things around it.
func (s *Store) afterClaim(tx *gorm.DB, action *fleet.Action) error {
	if action.Kind == fleet.ActionCreateSite || action.Kind == fleet.ActionHandOutSite {
		return signUpStarted(tx, action.ID)
	}
	if action.DeployID == nil {
		return s.bulkStarted(tx, action)
	}
	deploy, err := one[fleet.Deploy](tx.Statement.Context, tx, "deploy", *action.DeployID, forUpdate)
	if err != nil {
		return err
	}
	if deploy.Status == fleet.DeployQueued {
		if err := deployStarted(tx, deploy); err != nil {
			return err
		}
	}
	if action.Kind == fleet.ActionBuildRevision {
		build := buildOf(*action)
		return s.deployChanged(tx, deploy.ID, nil, &build)
	}
	return s.updateDeploySite(tx, action, func(site *fleet.DeploySite) {
		site.Status = fleet.DeploySiteRunning
		if site.StartedAt == nil {
			started := now()
			site.StartedAt = &started
		}
	})
}

// deployStarted begins a deploy, and the root action that stands for it, with the first of its parts.
func deployStarted(tx *gorm.DB, deploy fleet.Deploy) error {
	started := now()
	err := tx.Model(&fleet.Deploy{}).Where("id = ?", deploy.ID).Updates(map[string]any{"status": fleet.DeployRunning, "started_at": started}).Error
	if err != nil {
		return err
	}
	return tx.Model(&fleet.Action{}).Where("id = ?", deploy.ActionID).Updates(map[string]any{"status": fleet.ActionRunning, "started_at": started}).Error
}

// afterFinish does what the end of these actions, whichever, means for the things around them. The parts of
// one deploy are dealt with together, for there may be thousands.
func (s *Store) afterFinish(tx *gorm.DB, actions []*fleet.Action) error {
	parts := map[uint]*deployParts{}
	for _, action := range actions {
		if action.DeployID == nil || action.Kind == fleet.ActionDeploy {
			if err := s.ended(tx, action); err != nil {
				return err
			}
			if err := s.bulkPartEnded(tx, action); err != nil {
				return err
			}
			continue
		}
		if parts[*action.DeployID] == nil {
			parts[*action.DeployID] = &deployParts{}
		}
		parts[*action.DeployID].add(action)
	}
	for _, id := range slices.Sorted(maps.Keys(parts)) {
		if err := s.partsEnded(tx, id, *parts[id]); err != nil {
			return err
		}
	}
	return nil
}

// ended does what the end of an action that is no part of a deploy means.
func (s *Store) ended(tx *gorm.DB, action *fleet.Action) error {
	switch action.Kind {
	case fleet.ActionSetUpServer:
		return serverSetUp(tx, action)
	case fleet.ActionBuildRevision:
		return revisionBuilt(tx, action)
	case fleet.ActionRemoveRevision:
		return revisionRemoved(tx, action)
	case fleet.ActionCreateSite:
		return s.siteCreated(tx, action)
	case fleet.ActionHandOutSite:
		return s.siteHandedOut(tx, action)
	case fleet.ActionDropStandby:
		return s.standbyDropped(tx, action)
	case fleet.ActionRenameSite:
		return s.renameEnded(tx, action)
	case fleet.ActionRelocateSite:
		return s.relocationEnded(tx, action)
	case fleet.ActionChangeDomains:
		return s.domainsEnded(tx, action)
	case fleet.ActionConfigureSite:
		return s.configurationEnded(tx, action)
	case fleet.ActionInstallApp, fleet.ActionRemoveApp:
		_, err := letSiteGo(tx, action)
		return err
	case fleet.ActionSetUpPair, fleet.ActionRebuildSlave:
		return pairSetUp(tx, action)
	case fleet.ActionDissolvePair:
		return pairDissolved(tx, action)
	case fleet.ActionIssueCertificate:
		return s.certificateEnded(tx, action)
	case fleet.ActionSwitchOver, fleet.ActionFailOver:
		return switchEnded(tx, action)
	case fleet.ActionRebootServer:
		return s.rebootEnded(tx, action)
	case fleet.ActionRetireServer:
		return s.serverRetired(tx, action)
	case fleet.ActionRotateCredentials:
		return pairLetGo(tx, action)
	case fleet.ActionBackUpSite:
		return siteBackedUp(tx, action)
	case fleet.ActionRestoreSite:
		return s.siteRestored(tx, action)
	case fleet.ActionArchiveSite:
		return s.siteArchived(tx, action)
	case fleet.ActionTestRestore:
		return restoreTested(tx, action)
	case fleet.ActionRemoveBackups:
		return backupsRemoved(tx, action)
	case fleet.ActionMoveSite, fleet.ActionRouteProxy, fleet.ActionUpdateFirewall, fleet.ActionFetchReleases, fleet.ActionDeploy,
		fleet.ActionServeSite, fleet.ActionBulkChange:
	}
	return nil
}

func succeeded(action *fleet.Action) bool { return action.Status == fleet.ActionSucceeded }

func serverSetUp(tx *gorm.DB, action *fleet.Action) error {
	status := fleet.ServerReady
	if !succeeded(action) {
		status = fleet.ServerFailed
	}
	return tx.Model(&fleet.Server{}).Where("id = ? AND status = ?", *action.ServerID, fleet.ServerSettingUp).
		Updates(map[string]any{"status": status, "status_reason": action.ErrorMessage, "updated_at": now()}).Error
}

func revisionBuilt(tx *gorm.DB, action *fleet.Action) error {
	status := fleet.RevisionReady
	if !succeeded(action) {
		status = fleet.RevisionFailed
	}
	return setRevisionStatus(tx, *action.RevisionID, status, action.ErrorMessage)
}

// revisionRemoved gives the revision's slot free, unless its processes may still be there.
func revisionRemoved(tx *gorm.DB, action *fleet.Action) error {
	if !succeeded(action) {
		return setRevisionStatus(tx, *action.RevisionID, fleet.RevisionRemoved, "Its directory could not be removed: "+action.ErrorMessage)
	}
	return tx.Model(&fleet.Revision{}).Where("id = ?", *action.RevisionID).Updates(map[string]any{"slot": nil, "status_reason": ""}).Error
}

func (s *Store) siteCreated(tx *gorm.DB, action *fleet.Action) error {
	status := fleet.SiteActive
	if !succeeded(action) {
		status = fleet.SiteFailed
	}
	if _, err := gorm.G[secret](tx).Where("name = ?", AdministratorPassword(action.ID)).Delete(tx.Statement.Context); err != nil {
		return err
	}
	err := tx.Model(&fleet.Site{}).Where("id = ?", *action.SiteID).Updates(map[string]any{
		"status": status, "status_reason": action.ErrorMessage, "busy_action_id": nil, "updated_at": now(),
	}).Error
	if err != nil {
		return err
	}
	if err := s.signUpEnded(tx, action); err != nil || succeeded(action) {
		return err
	}
	_, err = s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
	return err
}
