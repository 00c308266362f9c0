package fleet

// The methods below are the fields of an event as clients see them: flat, and null instead of empty.

// Step is the step that began or ended, "" when the event is about none.
func (e *ActionEvent) Step() string { return e.Body.Step }

// StepStatus is the state the step is in now; nil unless Kind is STEP.
func (e *ActionEvent) StepStatus() *StepStatus { return orNil(e.Body.StepStatus) }

// Text is a line of output, the name of a task, or what is being done.
func (e *ActionEvent) Text() string { return e.Body.Text }

// Stream is where a line came from: stdout, stderr or central.
func (e *ActionEvent) Stream() string { return e.Body.Stream }

// Host is the server that a line or task is from.
func (e *ActionEvent) Host() string { return e.Body.Host }

// TaskStatus is how an Ansible task ended: ok, changed, failed, unreachable or skipped.
func (e *ActionEvent) TaskStatus() string { return e.Body.TaskStatus }

// Percent is how far the action has come, 0 to 100; nil when the event does not say.
func (e *ActionEvent) Percent() *int { return e.Body.Percent }

// Millis is how long a step or task took, in milliseconds; nil when the event does not say.
func (e *ActionEvent) Millis() *int { return e.Body.Millis }

// Status is the state the action is in now; nil unless Kind is STATUS.
func (e *ActionEvent) Status() *ActionStatus { return orNil(e.Body.Status) }

// Progress is a deploy in figures after the event; nil unless Kind is DEPLOY.
func (e *ActionEvent) Progress() *DeployProgress { return e.Body.Deploy }

// Site is the site of a deploy that changed; nil when none did.
func (e *ActionEvent) Site() *DeploySite { return e.Body.Site }

// Build is the build of a deploy that changed; nil when none did.
func (e *ActionEvent) Build() *DeployBuild { return e.Body.Build }

func orNil[T ~string](value T) *T {
	if value == "" {
		return nil
	}
	return &value
}
