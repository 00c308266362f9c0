package bench

var makeRepository = shellScript("make_repository")

// MakeRepository makes the bare repository of an app on a server, unless it is there.
func MakeRepository(app string) Command {
	return script(makeRepository, User, "make the repository of "+app, app)
}

// RepositoryDir is where a server keeps what all revisions share of an app.
func RepositoryDir(app string) string { return "/home/frappe/repos/" + app + ".git" }

// ReceivePack is the shell line by which a server takes what is pushed to one of its repositories, for a login by SSH.
func ReceivePack(login string) (string, error) {
	return Command{Name: "take what is pushed", Argv: []string{"git-receive-pack"}, User: User}.Line(login)
}
