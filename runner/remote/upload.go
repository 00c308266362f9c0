package remote

import (
	"context"
	_ "embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"central/fleet"
	"central/runner/bench"
)

// File is a small file for a server.
type File struct {
	Path    string      // absolute; its directory exists
	Content []byte      // up to a few MiB
	Mode    fs.FileMode // permission bits
	Owner   string      // user, whose group it gets too; "" = root
}

//go:embed upload.sh
var uploadScript string

// Upload puts a file in place at once: readers see the old content or the new, never a part, whenever the connection
// is lost. It errs as Run does, and with CodeInvalid for a path that is not absolute and clean.
func (p *Pool) Upload(ctx context.Context, host Host, file File) error {
	if !path.IsAbs(file.Path) || path.Clean(file.Path) != file.Path || strings.ContainsRune(file.Path, 0) {
		return fleet.Errorf(fleet.CodeInvalid, "%q is no path for a file", file.Path)
	}
	owner := file.Owner
	if owner == "" {
		owner = "root"
	}
	if err := fleet.ValidLogin(owner); err != nil {
		return err
	}
	_, err := p.Run(ctx, host, bench.Command{
		Name: "upload " + file.Path,
		Argv: []string{"sh", "-euc", uploadScript, "upload", file.Path,
			fmt.Sprintf("%04o", file.Mode.Perm()), owner, strconv.Itoa(len(file.Content))},
		Stdin: file.Content,
	})
	return err
}
