# APP
#
# Makes the bare repository whose objects all revisions share, unless it is there.
mirror=/home/frappe/repos/$1.git
umask 027
exec 9>"$mirror.lock"
flock 9
if [[ ! -d $mirror ]]; then
	git init --quiet --bare -- "$mirror.new"
	git -C "$mirror.new" config gc.auto 0
	mv -T -- "$mirror.new" "$mirror"
fi
