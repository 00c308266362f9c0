package runner

import "testing"

func TestHandOutStory(t *testing.T) {
	checkStory(t, (&handOut{siteRename: &siteRename{}}).story(), stepHandOut, stepCheck)
}
