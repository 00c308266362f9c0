package bench

import (
	"embed"
	"path"
)

//go:embed scripts
var scripts embed.FS

// embedded is a script of the scripts folder with what interprets it.
type embedded struct {
	name        string
	text        string
	interpreter []string
}

// shellScript loads scripts/NAME.sh for bash. Without --norc, Debian's bash reads the user's .bashrc when sshd runs it.
func shellScript(name string) embedded {
	return embedded{name, read(name + ".sh"), []string{"bash", "--norc", "-euo", "pipefail", "-c"}}
}

// plainScript loads scripts/NAME.sh for whatever POSIX shell a machine has.
func plainScript(name string) embedded {
	return embedded{name, read(name + ".sh"), []string{"sh", "-eu", "-c"}}
}

// pythonScript loads scripts/NAME.py for the system's Python, which Ansible needs on every server anyway.
// With -I it reads no environment and no files of the user's.
func pythonScript(name string) embedded {
	return embedded{name, read(name + ".py"), []string{"/usr/bin/python3", "-I", "-c"}}
}

func read(file string) string {
	text, err := scripts.ReadFile(path.Join("scripts", file))
	if err != nil {
		panic(err) // the file is part of the binary
	}
	return string(text)
}
