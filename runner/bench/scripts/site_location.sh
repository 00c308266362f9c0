# Says which revisions hold a site: site_location HOST [BENCH/REVISION DIRECTORY]...
#
# What follows the host are benches that lie elsewhere.
host=$1
shift
for config in /home/frappe/benches/*/r*/sites/"$host"/site_config.json; do
	[ -e "$config" ] || continue
	revision=${config#/home/frappe/benches/}
	printf '%s\n' "revision=${revision%%/sites/*}"
done
while [ $# -ge 2 ]; do
	[ ! -e "$2/sites/$host/site_config.json" ] || printf '%s\n' "revision=$1"
	shift 2
done
