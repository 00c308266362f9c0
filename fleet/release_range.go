package fleet

// ReleaseRange is what lies between two commits of an app's branch: the releases after From, up to and with To.
type ReleaseRange struct {
	From, To Release
	Count    int       // of all, however many are listed
	Patches  int       // lines that they added to patches.txt
	Schema   bool      // one of them touches a doctype, fixtures or custom fields
	Hooks    bool      // one of them touches a hooks.py
	Releases []Release // the newest of them, newest first
}

// Touches says in a few words what a deploy over the whole range has to do besides changing code.
func (r *ReleaseRange) Touches() []string { return touchWords(r.Patches, r.Schema, r.Hooks) }

// touchWords names patches by their number, and the rest when it is touched.
func touchWords(patches int, schema, hooks bool) []string {
	touches := []string{}
	if patches > 0 {
		touches = append(touches, plural(patches, "patch", "patches"))
	}
	if schema {
		touches = append(touches, "schema")
	}
	if hooks {
		touches = append(touches, "hooks")
	}
	return touches
}
