package store_test

import (
	"testing"

	"central/fleet"
	"central/store"
)

// Every mutation by every role: who may not changes nothing and leaves no trace.
func TestStore_Permissions(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	site := w.site(w.bench, "acme.example.com")[0]
	deploy := w.deploy(1, site.ID)
	mutations := map[string]struct {
		needs fleet.Role
		call  func(fleet.Actor) error
	}{
		"AddServer":      {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.AddServer(ctx, a, fleet.NewServer{}); return err }},
		"CheckNewServer": {fleet.RoleAdmin, func(a fleet.Actor) error { return w.CheckNewServer(ctx, a, &fleet.NewServer{}) }},
		"BeginProbe":     {fleet.RoleAdmin, func(a fleet.Actor) error { return w.BeginProbe(a, "192.0.2.1", 22) }},
		"BeginLook":      {fleet.RoleAdmin, func(a fleet.Actor) error { return w.BeginLook(a, &fleet.ServerEntry{}) }},
		"LetCentralIn":   {fleet.RoleAdmin, func(a fleet.Actor) error { return w.LetCentralIn(ctx, a, &fleet.ServerEntry{}) }},
		"CheckServer": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, _, err := w.ActOnServer(ctx, a, fleet.ServerActionInput{ServerID: w.master.ID, Kind: fleet.ActionCheckServer})
			return err
		}},
		"RebootServer": {fleet.RoleAdmin, func(a fleet.Actor) error {
			_, _, err := w.ActOnServer(ctx, a, fleet.ServerActionInput{ServerID: w.master.ID, Kind: fleet.ActionRebootServer})
			return err
		}},
		"ServerActionPlan": {fleet.RoleViewer, func(a fleet.Actor) error {
			_, err := w.ServerActionPlan(ctx, a, fleet.ServerActionInput{ServerID: w.master.ID, Kind: fleet.ActionCheckServer})
			return err
		}},
		"CloseServer":    {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.CloseServer(ctx, a, fleet.CloseInput{}); return err }},
		"CloseBench":     {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.CloseBench(ctx, a, fleet.CloseInput{}); return err }},
		"CollectUsage":   {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.CollectUsage(ctx, a, w.master.ID); return err }},
		"SetStandbyPool": {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.SetStandbyPool(ctx, a, fleet.StandbyPoolInput{}); return err }},
		"SignUp":         {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.SignUp(ctx, a, fleet.SignUpInput{}); return err }},
		"VerifySignUp": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, err := w.VerifySignUp(ctx, a, signUpLinks, "", nil)
			return err
		}},
		"SignUpLink":     {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.SignUpLink(ctx, a, signUpLinks, 1); return err }},
		"SendSignUpLink": {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.SendSignUpLink(ctx, a, 1); return err }},
		"RetrySignUp":    {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.RetrySignUp(ctx, a, 1); return err }},
		"ChangeServer":   {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.ChangeServer(ctx, a, fleet.ServerChange{}); return err }},
		"SetUpServer":    {fleet.RoleAdmin, func(a fleet.Actor) error { _, _, err := w.SetUpServer(ctx, a, w.master.ID, nil); return err }},
		"PinHostKey":     {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.PinHostKey(ctx, a, w.master.ID, "ssh-ed25519 BBBB"); return err }},
		"CreatePair":     {fleet.RoleAdmin, func(a fleet.Actor) error { _, _, err := w.CreatePair(ctx, a, fleet.NewPair{}); return err }},
		"SetUpPair":      {fleet.RoleAdmin, func(a fleet.Actor) error { _, _, err := w.SetUpPair(ctx, a, 1, nil); return err }},
		"PreviewPair":    {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.PreviewPair(ctx, a, 1); return err }},
		"DissolvePair": {fleet.RoleAdmin, func(a fleet.Actor) error {
			_, _, err := w.DissolvePair(ctx, a, fleet.PairActionInput{PairID: 1})
			return err
		}},
		"PairActionPlan": {fleet.RoleViewer, func(a fleet.Actor) error { _, err := w.PairActionPlan(ctx, a, fleet.PairActionInput{}); return err }},
		"RebuildSlave":   {fleet.RoleAdmin, func(a fleet.Actor) error { _, _, err := w.RebuildSlave(ctx, a, 1, ""); return err }},
		"ScanServer":     {fleet.RoleAdmin, func(a fleet.Actor) error { _, _, err := w.ScanServer(ctx, a, w.master.ID); return err }},
		"AdoptBenches":   {fleet.RoleAdmin, func(a fleet.Actor) error { _, _, err := w.AdoptBenches(ctx, a, fleet.AdoptInput{}); return err }},
		"AddApp":         {fleet.RoleAdmin, func(a fleet.Actor) error { _, _, err := w.AddApp(ctx, a, fleet.NewApp{}); return err }},
		"AddUser":        {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.AddUser(ctx, a, "new", fleet.RoleViewer); return err }},
		"ResetPassword":  {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.ResetPassword(ctx, a, "joan"); return err }},
		"FetchReleases":  {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.FetchReleases(ctx, a, w.apps["shop"].ID); return err }},
		"CreateBench":    {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.CreateBench(ctx, a, fleet.NewBench{}); return err }},
		"CreateSite":     {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.CreateSite(ctx, a, fleet.NewSite{}); return err }},
		"AddDomain": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, _, err := w.AddDomain(ctx, a, fleet.AddDomain{}, nil, store.CertificateNeed{})
			return err
		}},
		"RemoveDomain":  {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.RemoveDomain(ctx, a, fleet.DomainRef{}); return err }},
		"SetMainDomain": {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.SetMainDomain(ctx, a, fleet.DomainRef{}); return err }},
		"ConfigureSite": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, _, err := w.ConfigureSite(ctx, a, fleet.ConfigureSite{}, nil)
			return err
		}},
		"BeginBulk": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, err := w.BeginBulk(ctx, a, fleet.BulkInput{}, store.BulkMeans{})
			return err
		}},
		"RetryBulk":  {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.RetryBulk(ctx, a, 1, "k", store.BulkMeans{}); return err }},
		"CancelBulk": {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.CancelBulk(ctx, a, 1); return err }},
		"BulkPlan": {fleet.RoleViewer, func(a fleet.Actor) error {
			_, err := w.BulkPlan(ctx, a, fleet.BulkInput{}, store.BulkMeans{})
			return err
		}},
		"InstallApp":   {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.InstallApp(ctx, a, fleet.SiteAppInput{}); return err }},
		"RemoveApp":    {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.RemoveApp(ctx, a, fleet.SiteAppInput{}); return err }},
		"SignInToSite": {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.SignInToSite(ctx, a, fleet.SignInToSite{}, nil); return err }},
		"RenameSite":   {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.RenameSite(ctx, a, fleet.RenameSite{}); return err }},
		"DeploySites":  {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.DeploySites(ctx, a, fleet.DeployInput{}); return err }},
		"RetryDeploy":  {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.RetryDeploy(ctx, a, deploy.ID, "k"); return err }},
		"CancelDeploy": {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.CancelDeploy(ctx, a, deploy.ID); return err }},
		"DeployPlan":   {fleet.RoleViewer, func(a fleet.Actor) error { _, err := w.DeployPlan(ctx, a, fleet.DeployInput{}); return err }},
		"SwitchOver": {fleet.RoleAdmin, func(a fleet.Actor) error {
			_, _, err := w.StartSwitch(ctx, a, fleet.SwitchOver, fleet.SwitchInput{})
			return err
		}},
		"FailOver": {fleet.RoleAdmin, func(a fleet.Actor) error {
			_, _, err := w.StartSwitch(ctx, a, fleet.FailOver, fleet.SwitchInput{})
			return err
		}},
		"RehearseSwitch": {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.RehearseSwitch(ctx, a, 1, fleet.SwitchOver); return err }},
		"SwitchPlan":     {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.SwitchPlanFacts(ctx, a, 1); return err }},
		"CreatePlan":     {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.CreatePlan(ctx, a, fleet.PlanInput{}); return err }},
		"UpdatePlan":     {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.UpdatePlan(ctx, a, fleet.PlanInput{}); return err }},
		"ClosePlan":      {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.ClosePlan(ctx, a, 1, true); return err }},
		"RemovePlan":     {fleet.RoleAdmin, func(a fleet.Actor) error { return w.RemovePlan(ctx, a, 1) }},
		"CreateCustomer": {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.CreateCustomer(ctx, a, fleet.CustomerInput{}); return err }},
		"UpdateCustomer": {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.UpdateCustomer(ctx, a, fleet.CustomerInput{}); return err }},
		"CreateSubscription": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, err := w.CreateSubscription(ctx, a, fleet.CreateSubscriptionInput{})
			return err
		}},
		"ChangePlan":  {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.ChangePlan(ctx, a, fleet.ChangePlanInput{}); return err }},
		"ExtendTrial": {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.ExtendTrial(ctx, a, fleet.ExtendTrialInput{}); return err }},
		"AssignSite":  {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.AssignSite(ctx, a, fleet.AssignSiteInput{}); return err }},
		"CancelSubscription": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, err := w.CancelSubscription(ctx, a, fleet.CancelSubscriptionInput{})
			return err
		}},
		"ResumeSubscription": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, err := w.ResumeSubscription(ctx, a, fleet.SubscriptionRef{})
			return err
		}},
		"RecordPayment": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, _, err := w.RecordPayment(ctx, a, fleet.RecordPaymentInput{})
			return err
		}},
		"BackUpSite":  {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.BackUpSite(ctx, a, 0); return err }},
		"ArchiveSite": {fleet.RoleOperator, func(a fleet.Actor) error { _, _, err := w.ArchiveSite(ctx, a, 0, ""); return err }},
		"RestoreBackup": {fleet.RoleOperator, func(a fleet.Actor) error {
			_, _, err := w.RestoreBackup(ctx, a, fleet.RestoreInput{})
			return err
		}},
		"RestorePlan": {fleet.RoleViewer, func(a fleet.Actor) error { _, err := w.RestorePlan(ctx, a, fleet.RestoreInput{}); return err }},
		"TestRestore": {fleet.RoleOperator, func(a fleet.Actor) error { _, err := w.TestRestore(ctx, a, 0); return err }},
		"SetBackupPolicy": {fleet.RoleAdmin, func(a fleet.Actor) error {
			_, err := w.SetBackupPolicy(ctx, a, fleet.BackupPolicy{})
			return err
		}},
		"SetScopedBackupPolicy": {fleet.RoleAdmin, func(a fleet.Actor) error {
			_, err := w.SetScopedBackupPolicy(ctx, a, fleet.ScopedBackupPolicy{})
			return err
		}},
		"RemoveScopedBackupPolicy": {fleet.RoleAdmin, func(a fleet.Actor) error {
			_, err := w.RemoveScopedBackupPolicy(ctx, a, fleet.PolicyScope{})
			return err
		}},
		"RemoveBackup": {fleet.RoleAdmin, func(a fleet.Actor) error {
			_, _, err := w.RemoveBackup(ctx, a, fleet.BackupRemovalInput{})
			return err
		}},
		"BackupRemovalPlan": {fleet.RoleViewer, func(a fleet.Actor) error {
			_, err := w.BackupRemovalPlan(ctx, a, fleet.BackupRemovalInput{})
			return err
		}},
		"CheckBackupStorage": {fleet.RoleAdmin, func(a fleet.Actor) error { return w.CheckBackupStorage(a, &fleet.BackupStorageInput{}) }},
		"SetBackupStorage": {fleet.RoleAdmin, func(a fleet.Actor) error {
			_, err := w.SetBackupStorage(ctx, a, fleet.BackupStorageInput{}, nil)
			return err
		}},
		"StopBackupStorage": {fleet.RoleAdmin, func(a fleet.Actor) error { _, err := w.StopBackupStorage(ctx, a); return err }},
		"CreateAPIToken":    {fleet.RoleViewer, func(a fleet.Actor) error { _, err := w.CreateAPIToken(ctx, a, fleet.NewAPIToken{}); return err }},
	}
	for _, name := range sorted(mutations) {
		m := mutations[name]
		t.Run(name, func(t *testing.T) {
			w := *w
			w.t = t
			w.refuses(fleet.CodeUnauthenticated, "", func() error { return m.call(fleet.Actor{}) })
			oneTime := admin
			oneTime.MustChangePassword = true
			w.refuses(fleet.CodePasswordChange, "", func() error { return m.call(oneTime) })
			for _, actor := range []fleet.Actor{viewer, operator, admin} {
				if !actor.Role.Includes(m.needs) {
					w.refuses(fleet.CodeForbidden, "", func() error { return m.call(actor) })
				}
			}
		})
	}
	for _, name := range sorted(mutations) {
		t.Run(name+" for those who may", func(t *testing.T) {
			for _, actor := range []fleet.Actor{viewer, operator, admin} {
				if !actor.Role.Includes(mutations[name].needs) {
					continue
				}
				if err := mutations[name].call(actor); fleet.ErrorCode(err) == fleet.CodeForbidden {
					t.Errorf("%s: %v", actor.Role, err)
				}
			}
		})
	}
}
