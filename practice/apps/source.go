package apps

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// tree holds APP/VERSION/…; `all:` because Python packages are full of names that begin with an underscore.
//
//go:embed all:frappe all:shop
var tree embed.FS

// file is one file of a release.
type file struct {
	path    string // relative to the repository, with slashes
	content []byte
}

// filesOf returns the files that a release's folder holds, sorted by path. What Python leaves behind when
// it runs in the folder is no part of it.
func filesOf(name, version string) ([]file, error) {
	root := path.Join(name, version)
	var files []file
	err := fs.WalkDir(tree, root, func(p string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == "__pycache__" {
				return fs.SkipDir
			}
			return nil
		}
		content, err := tree.ReadFile(p)
		if err != nil {
			return err
		}
		files = append(files, file{strings.TrimPrefix(p, root+"/"), content})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the sources of %s %s: %w", name, version, err)
	}
	return files, nil
}
