# shellcheck shell=bash
# Where a base's kernel source comes from: Debian's source package, through
# the machine's own apt, or a tree that the caller names (KERNEL_SRC=). A base
# with a line 'suite:' is of a suite that a stock machine does not use: it comes
# by apt too, from the machine's mirror and with its keys, but with lists and a
# configuration of its own under build/, so that nothing of the machine changes.

# What is asked for, in one line; a change of it means another tree. (Edits in
# KERNEL_SRC are not looked for: that takes `make tree-fresh`.)
source_wanted() {
	if [ -n "$KERNEL_SRC" ]; then
		source_subject
	else
		printf '%s %s\n' "$(base_field source)" "$(base_field debian)"
	fi
}

# What came of it; the subject of the commit on branch `base`.
source_subject() {
	if [ -n "$KERNEL_SRC" ]; then
		printf 'KERNEL_SRC %s %s\n' "$(realpath "$KERNEL_SRC")" "$(kernel_version "$KERNEL_SRC")"
	else
		printf 'Debian %s %s\n' "$(base_field source)" "${version_got:-$(base_field debian)}"
	fi
}

kernel_version() {
	awk -F'[ \t]*=[ \t]*' '/^(VERSION|PATCHLEVEL|SUBLEVEL) *=/ { v = v (v == "" ? "" : ".") $2 }
		END { print v }' "$1/Makefile"
}

check_kernel_src() {
	local found
	[ -n "$KERNEL_SRC" ] || return 0
	[ -d "$KERNEL_SRC" ] || die "KERNEL_SRC=$KERNEL_SRC is not a folder" "name the top folder of an unpacked kernel source"
	found=$(kernel_version "$KERNEL_SRC" 2>/dev/null || true)
	if [ -z "$found" ] || [ ! -f "$KERNEL_SRC/Kconfig" ]; then
		die "KERNEL_SRC=$KERNEL_SRC is not a kernel source: it has no Kconfig, or no Makefile with VERSION" \
			"name the top folder of an unpacked kernel source"
	fi
	case $found. in
	"$(base_field version)".*) ;;
	*) say "note: KERNEL_SRC is $found, and the series of BASE=$BASE is for $(base_field version); trying" ;;
	esac
}

source_into() {
	if [ -n "$KERNEL_SRC" ]; then
		need rsync
		say "copying $KERNEL_SRC"
		rsync -a --exclude=/.git "$KERNEL_SRC/" "$1/"
	else
		need apt-get apt-cache dpkg-deb xz
		fetch
		say "unpacking ${deb##*/}"
		dpkg-deb --fsys-tarfile "$deb" | tar xO "./usr/src/$(base_field source).tar.xz" |
			tar xJ --strip-components=1 -C "$1"
	fi
}

suites() { sed -n 's/^suite:[[:space:]]*//p' "$PATCHES/base"; }

# The machine's apt, or the private one
our_apt() {
	local tool=$1
	shift
	if [ -z "$(suites)" ]; then "$tool" "$@"; else "$tool" -c "$OUT/apt/apt.conf" "$@"; fi
}

# A line "URI FILE:NUMBER" for each index of packages that this machine's apt
# has; those of Debian itself first, if the lists are there to tell.
machine_indexes() {
	# shellcheck disable=SC2016 # apt expands it
	local format='$(REPO_URI) $(SOURCESENTRY)'
	apt-get indextargets --format "$format" 'Created-By: Packages' 'Label: Debian' 2>/dev/null || true
	apt-get indextargets --format "$format" 'Created-By: Packages' 2>/dev/null || true
}

# The keyring that an apt source file names; without any, apt's own keys apply.
keyring_of() { sed -nE 's/^Signed-By:[[:space:]]*(\/[^ ,]+).*/\1/p; s/^deb .*[[ ]signed-by=([^] ,]+).*/\1/p' "$1" | head -n 1; }

private_apt() {
	local dir=$OUT/apt uri entry keyring suite
	read -r uri entry < <(machine_indexes) || true
	[ -n "${uri:-}" ] || die "this machine's apt has no source of packages, so there is no mirror to take $(base_field source) from" \
		"look at 'apt-get indextargets', or name an unpacked tree: KERNEL_SRC=DIR"
	keyring=$(keyring_of "${entry%:*}")
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/none"
	for suite in $(suites); do
		echo "deb ${keyring:+[signed-by=$keyring] }$uri $suite main"
	done >"$dir/sources.list"
	: >"$dir/status" # nothing is installed
	cat >"$dir/apt.conf" <<-END
		Dir::Etc::SourceList "$dir/sources.list";
		Dir::Etc::SourceParts "$dir/none";
		Dir::Etc::Preferences "$dir/none/preferences";
		Dir::Etc::PreferencesParts "$dir/none";
		Dir::State "$dir";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir/cache";
		Acquire::Languages "none";
		APT::Sandbox::User "root";
	END
}

# The package may leave the archive: then this base can't be tested, which is
# neither a pass nor a failure of the series.
no_package() {
	if [ -n "$(suites)" ]; then
		say "NOT TESTED: BASE=$BASE: Debian $(suites | sed 's/ / and /g') of this machine's mirror has no $1"
		say "    with an unpacked tree of that version it can be: KERNEL_SRC=DIR"
		exit "$NOT_TESTED"
	fi
	die "this machine's apt knows no package $1" \
		"as root: apt-get update; if that does not help, the machine's apt sources lack the suite it is in," \
		"or name an unpacked tree: make ... KERNEL_SRC=DIR"
}

versions() { our_apt apt-cache madison "$(base_field source)" 2>/dev/null | awk '{ print $3 }'; }

# Sets $deb. The version the series was made on, or else what this machine's
# apt would take, and then says so.
fetch() {
	local package wanted
	package=$(base_field source) wanted=$(base_field debian)
	deb=$BUILD/${package}_${wanted}_all.deb
	version_got=$wanted
	[ ! -s "$deb" ] || return 0
	[ -z "$(suites)" ] || private_apt
	[ -n "$(versions)" ] || update_lists "apt knows no package $package"
	[ -n "$(versions)" ] || no_package "$package"
	if ! versions | grep -qxF "$wanted"; then
		version_got=$(our_apt apt-cache policy "$package" | awk '$1 == "Candidate:" { print $2 }')
		say "note: $package $wanted is not in the archive any more, taking $version_got"
	fi
	download "$package" "$version_got"
}

update_lists() {
	say "$1; running apt-get update"
	[ -n "$(suites)" ] || [ "$(id -u)" = 0 ] || die "$1, and apt-get update needs root" "as root: apt-get update"
	our_apt apt-get update -q -o APT::Update::Error-Mode=any ||
		die "apt-get update failed" "look at its message above, or name an unpacked tree: KERNEL_SRC=DIR"
}

download() {
	local dir=$BUILD/download
	deb=$BUILD/$1_${2//:/%3a}_all.deb
	[ ! -s "$deb" ] || return 0
	say "fetching $1 $2 with apt-get download (some 140 MB)"
	rm -rf "$dir"
	mkdir -p "$dir"
	if ! (cd "$dir" && our_apt apt-get download -q -o APT::Sandbox::User=root "$1=$2"); then
		update_lists "apt-get download failed, perhaps because its lists are old"
		(cd "$dir" && our_apt apt-get download -q -o APT::Sandbox::User=root "$1=$2") ||
			die "apt-get could not download $1 $2" "look at its message above, or name an unpacked tree: KERNEL_SRC=DIR"
	fi
	mv "$dir"/*.deb "$deb"
	rm -rf "$dir"
}
