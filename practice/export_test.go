package practice

// Bridge is the name of the fleet's bridge, for tests that look whether it is gone.
func (f *Fleet) Bridge() string { return f.bridge() }
