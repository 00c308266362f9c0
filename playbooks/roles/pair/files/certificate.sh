# ADDRESS
#
# Makes this server's own certificate for MariaDB, for this address, unless there is one that holds for another month.
main() {
	set -euo pipefail
	local address=$1 directory=/etc/mysql/central
	install --directory --owner=root --group=mysql --mode=0750 -- "$directory"
	cd -- "$directory"
	if [[ -e server.pem && -e server.key ]] &&
		openssl x509 -in server.pem -noout -checkip "$address" | grep -q ' does match ' &&
		openssl x509 -in server.pem -noout -checkend 2592000 >/dev/null; then
		return
	fi
	umask 077
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=$address" \
		-addext "subjectAltName=IP:$address" -keyout server.key.new -out server.pem.new 2>/dev/null
	chown root:mysql server.key.new server.pem.new
	chmod 0640 server.key.new server.pem.new
	mv -- server.key.new server.key
	mv -- server.pem.new server.pem
	echo 'made a certificate'
}
main "$@" </dev/null
