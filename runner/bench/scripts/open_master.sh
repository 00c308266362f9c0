# UNIT
#
# Opens a server for its sites as its guard would, unless it is open. Without a role it stands alone: it is only marked.
if [[ -e /var/lib/central/role ]]; then
	read -r role epoch </var/lib/central/role
	if [[ $role == master && -e /run/central-role/open ]]; then
		exit 0
	fi
else
	# So that visitors are never turned away: without its role the server is alone, and open either way.
	mkdir -p -m 0755 /run/central-role
	: >/run/central-role/open
fi
exec /usr/local/lib/central/role open "$1"
