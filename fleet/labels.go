package fleet

import (
	"regexp"
	"slices"
)

var labelForm = regexp.MustCompile(`\A[a-z0-9]([a-z0-9._-]{0,30}[a-z0-9])?\z`)

// maxLabels is how many labels one server may have.
const maxLabels = 16

// ValidRegion accepts where a server stands: nothing, or up to 32 lower-case letters, digits, dots, dashes and
// underscores: "fra1", "eu-west-1".
func ValidRegion(region string) error {
	if region != "" && !labelForm.MatchString(region) {
		return Errorf(CodeInvalid, "%s is no region: use up to 32 lower-case letters, digits, dots and dashes, such as fra1", quoted(region))
	}
	return nil
}

// SortedLabels gives labels sorted and each once. It errs with CodeInvalid when one is not made of up to 32
// lower-case letters, digits, dots, dashes and underscores, or there are more than 16.
func SortedLabels(labels []string) ([]string, error) {
	sorted := slices.Sorted(slices.Values(labels))
	sorted = slices.Compact(sorted)
	if sorted == nil {
		sorted = []string{}
	}
	for _, label := range sorted {
		if !labelForm.MatchString(label) {
			return nil, Errorf(CodeInvalid, "%s is no label: use up to 32 lower-case letters, digits, dots and dashes, such as nvme", quoted(label))
		}
	}
	if len(sorted) > maxLabels {
		return nil, Errorf(CodeInvalid, "A server has at most %d labels.", maxLabels)
	}
	return sorted, nil
}

// maxActionsAtOnce is the most that a server may be told to do at the same time.
const maxActionsAtOnce = 64

// ServerChange is the input of ChangeServer; nil leaves what it is for as it is.
type ServerChange struct {
	ServerID      uint
	Region        *string
	Labels        []string // nil leaves them
	ActionsAtOnce *int
}

// Validate checks the input's form and sorts the labels. It errs with CodeInvalid and the field.
func (c *ServerChange) Validate() error {
	if c.Region != nil {
		if err := ValidRegion(*c.Region); err != nil {
			return AtField(err, "input.region")
		}
	}
	if c.Labels != nil {
		sorted, err := SortedLabels(c.Labels)
		if err != nil {
			return AtField(err, "input.labels")
		}
		c.Labels = sorted
	}
	if n := c.ActionsAtOnce; n != nil && (*n < 1 || *n > maxActionsAtOnce) {
		return FieldErrorf(CodeInvalid, "input.actionsAtOnce", "A server does 1 to %d actions at once.", maxActionsAtOnce)
	}
	return nil
}
