//go:build !linux

package machine

import "syscall"

// dieWithParent asks for nothing: only Linux can do it.
func dieWithParent() *syscall.SysProcAttr { return nil }
