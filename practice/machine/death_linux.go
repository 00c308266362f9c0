package machine

import "syscall"

// dieWithParent makes the kernel kill a command when the thread that started it is gone.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
