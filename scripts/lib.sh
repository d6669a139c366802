# shellcheck shell=bash
# Shared by every script: where things are, how we speak, how we stop.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
BASE=${BASE:-6.1}
JOBS=${JOBS:-$(nproc)}
KERNEL_SRC=${KERNEL_SRC:-}
BUILD=$ROOT/build
mkdir -p "$BUILD"
OUT=$BUILD/$BASE                      # all that belongs to one base
TREE=$OUT/linux                       # the git tree where patches are edited
PATCHES=$ROOT/patches/$BASE
FRAGMENT=$ROOT/tests/vm/kernel.config # on top of tinyconfig; see fragment()

# A git command for build/ must never find the repository around it, nor one
# that a git hook exported; and what the caller's make was told (BASE=, JOBS=)
# is not meant for the kernel's Makefile.
export GIT_CEILING_DIRECTORIES=$OUT:$BUILD
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL

# Exit code of scripts/tree: there is no source, so nothing can be said of the base
# shellcheck disable=SC2034 # for the scripts that source this
NOT_TESTED=77

say() { printf '%s: %s\n' "${0##*/}" "$*"; }

# die WHAT [WHY OR WHAT TO DO]...: one line each
die() {
	printf '%s: error: %s\n' "${0##*/}" "$1" >&2
	shift
	[ $# = 0 ] || printf '    %s\n' "$@" >&2
	exit 1
}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# need TOOL...: every one must be there before the work starts
need() {
	local tool missing=()
	for tool; do
		command -v "$tool" >/dev/null || missing+=("$tool")
	done
	[ ${#missing[@]} = 0 ] ||
		die "not on PATH: ${missing[*]}" "'make setup' installs what is missing and says why"
}

# need_space GIB: where it runs out, builds fail in odd places
need_space() {
	local free
	free=$(df -BG --output=avail "$BUILD" | tail -n 1 | tr -dc 0-9)
	[ "$free" -ge "$1" ] || die "$BUILD has $free GiB of space, and $1 GiB are needed" \
		"nothing was tested; 'make clean BASE=...' removes what was built for a base"
}

# The kernel's make in an environment of its own: no ARCH, KCFLAGS or
# KBUILD_OUTPUT of the caller's, the same bytes at any time on any machine.
# ccache believes the compiler's list of headers, which spares it a run of the
# preprocessor, a third of the time; host tools have headers that are not in it.
kmake() {
	env -i PATH="$PATH" HOME="${HOME:-/root}" LC_ALL=C \
		CCACHE_DIR="${CCACHE_DIR:-}" CCACHE_DEPEND=1 ${CCACHE_DISABLE:+CCACHE_DISABLE=1} KBUILD_BUILD_TIMESTAMP=1970-01-01 \
		KBUILD_BUILD_USER=build KBUILD_BUILD_HOST=localhost KBUILD_BUILD_VERSION=1 \
		make -j "$JOBS" HOSTCC='env CCACHE_NODEPEND=1 ccache gcc' "$@"
}

# A ccache that outlives this clone: the next clone starts from it.
if [ -z "${CCACHE_DIR:-}" ]; then
	CCACHE_DIR=$(ccache -k cache_dir 2>/dev/null || true)
fi

# with_progress LABEL LOG COMMAND...: output goes to the end of LOG; on the
# terminal (or in CI's log) a line now and then shows that it lives.
with_progress() {
	local label=$1 log=$2 status=0 reporter
	shift 2
	report "$label" "$log" &
	reporter=$!
	"$@" >>"$log" 2>&1 </dev/null || status=$?
	kill "$reporter" 2>/dev/null || true
	wait "$reporter" 2>/dev/null || true
	return "$status"
}

report() {
	local start=$SECONDS before after
	before=$(compiled "$2")
	# Output of sleep is closed, else a pipe would wait for the last sleep;
	# and with the script gone (kill -9) nobody is left to report to.
	while sleep 15 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
		after=$(compiled "$2")
		say "$1: $(clock $((SECONDS - start))), $((after - before)) objects compiled"
	done
}

compiled() { grep -cE '^ +(CC|AS|HOSTCC) ' "$1" 2>/dev/null || true; }

# item NAME COMMAND...: run a check, print one line with its verdict and time,
# and the end of what it said if it failed. Failures are counted in $failed.
failed=0
item() {
	local name=$1 start=$SECONDS status log
	shift
	log=$(mktemp)
	set +e # not 'if', which would switch errexit off inside the command too
	(set -e && "$@") >"$log" 2>&1 </dev/null
	status=$?
	set -e
	if [ "$status" = 0 ]; then
		printf '  ok    %s  %-34s %s\n' "$(clock $((SECONDS - start)))" "$name" "$(tail -n 1 "$log")"
	else
		printf '  FAIL  %s  %s\n' "$(clock $((SECONDS - start)))" "$name"
		tail -n 40 "$log" | sed 's/^/        /'
		failed=$((failed + 1))
	fi
	rm -f "$log"
}

# item_once NAME KEY COMMAND...: an item that passed with this KEY is not run again
item_once() {
	local name=$1 stamp=$OUT/check/passed.${1//[^A-Za-z0-9]/-} key=$2 before=$failed
	shift 2
	if [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then
		printf '  ok    %s  %-34s %s\n' 0:00 "$name" "(nothing changed since it passed)"
		return
	fi
	item "$name" "$@"
	if [ "$failed" = "$before" ]; then echo "$key" >"$stamp"; fi
}

# base_field NAME: a line "NAME: value" of patches/<base>/base
base_field() {
	local value
	[ -f "$PATCHES/base" ] || die "there is no patches/$BASE/base, which names the kernel source of BASE=$BASE" \
		"bases here: $(cd "$ROOT/patches" 2>/dev/null && echo */)"
	value=$(sed -n "s/^$1:[[:space:]]*//p" "$PATCHES/base")
	[ -n "$value" ] || die "patches/$BASE/base has no line '$1: ...'"
	printf '%s\n' "$value"
}

# What a result is of, for Documentation/results; check-quick compares it
of() { echo "Of: $BASE, commit $(git -C "$ROOT" rev-parse --short=12 HEAD 2>/dev/null || echo unknown), patches $(patches_hash | cut -c1-12)"; }

series_files() { find "$PATCHES" -name '[0-9]*.patch' ! -name '0000-*' | sort; }

# The topics of a series and their patches, by the comment lines in patches/<base>/series
topics() { sed -n 's/^# topic \([a-z]*\):.*/\1/p' "$PATCHES/series"; }
topic_needs() { sed -n "s/^# topic $1: needs //p" "$PATCHES/series" | sed 's/^nothing else$//'; }
topic_patches() { awk -v topic="# topic $1:" '/^# topic /{ ours = index($0, topic) == 1; next } ours' "$PATCHES/series"; }

# alone DIR TOPIC: the plain base in a worktree, with what the topic needs and the
# topic on top of it; says the commit
alone() {
	local topic files=()
	for topic in $(topic_needs "$2") "$2"; do
		mapfile -t -O "${#files[@]}" files < <(topic_patches "$topic")
	done
	worktree "$1" base
	git -C "$1" -c user.name=x -c user.email=x@localhost am -q --committer-date-is-author-date "${files[@]/#/$PATCHES/}" >&2 || {
		git -C "$1" am --abort
		die "topic $2 does not apply to the plain base, with the topics that patches/$BASE/topics says it needs"
	}
	git -C "$1" rev-parse HEAD
}

patches_hash() { series_files | xargs -r cat | sha256sum | cut -d' ' -f1; }

all_bases() { find "$ROOT/patches" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | sort -V; }

# new_files BASE: the files that its series adds, by its patches
new_files() { sed -n '/^--- \/dev\/null$/{n;s|^+++ b/||p}' "$ROOT/patches/$1"/0*.patch | sort -u; }

# other_kernel BASE: is kernel/ what the patches of that base make of it? They
# are applied in an empty folder, to nothing but the new files.
other_kernel() {
	local dir files patch file status=0
	dir=$(mktemp -d)
	mapfile -t files < <(new_files "$1")
	while read -r patch; do
		(cd "$dir" && git apply --whitespace=nowarn "${files[@]/#/--include=}" "$ROOT/patches/$1/$patch") || status=1
	done < <(grep -v '^#' "$ROOT/patches/$1/series")
	for file in "${files[@]}"; do
		diff -u "$ROOT/kernel/$file" "$dir/$file" && continue
		echo "kernel/$file is not what patches/$1 makes of it"
		status=1
	done
	rm -rf "$dir"
	return "$status"
}

need_tree() {
	git -C "$TREE" rev-parse -q --verify series >/dev/null 2>&1 ||
		die "there is no tree with a branch 'series' in $TREE" "'make tree BASE=$BASE' makes it"
}

# The files that the series touches (or what ends at $TIP), and those of them that it adds
touched() { git -C "$TREE" diff --no-renames --name-only base "${TIP:-series}"; }
added() { git -C "$TREE" diff --no-renames --name-only --diff-filter=A base series; }

# What is not committed is neither built nor exported. Debian's .gitignore
# hides every new file from git status, so ask for the ignored ones too.
note_uncommitted() {
	local files
	files=$(git -C "$TREE" diff --name-only HEAD && git -C "$TREE" ls-files --others)
	[ -z "$files" ] || say "note: not committed in $TREE, so left out (new files need git add -f): ${files//$'\n'/ }"
}

# worktree DIR COMMIT: a checkout of its own, so that nobody's edits in the
# tree get built. Made anew when the tree it came from is gone.
worktree() {
	if [ "$(git -C "$1" rev-parse --path-format=absolute --git-common-dir 2>/dev/null)" != "$TREE/.git" ]; then
		rm -rf "$1"
		git -C "$TREE" worktree prune
		git -C "$TREE" worktree add --quiet --detach --force "$1" "$2"
	fi
	git -C "$1" checkout --quiet --force --detach "$2"
}

# The names of all options that the Kconfig files of a checkout define
options_of() {
	git -C "$1" grep -hoE '^[[:space:]]*(menu)?config [A-Za-z0-9_]+' -- '*Kconfig*' | awk '{ print $2 }' | sort -u
}

# What is asked for: the fragment, but where a base's own says otherwise, that.
fragment() {
	local own=${FRAGMENT%.config}-$BASE.config
	[ -f "$own" ] || own=/dev/null
	sed -nE 's/^(# )?(CONFIG_[A-Za-z0-9_]+)[= ].*/\2 &/p' "$FRAGMENT" "$own" |
		awk '{ if (!($1 in line)) order[++n] = $1; line[$1] = substr($0, length($1) + 2) }
			END { for (i = 1; i <= n; i++) print line[order[i]] }'
}

# configure DIR OBJ COMMAND...: tinyconfig + our fragment into OBJ/.config, by
# the tree's own tools. The command is kmake with its fixed arguments.
configure() {
	local dir=$1 obj=$2
	shift 2
	"$@" tinyconfig
	fragment >"$obj/.fragment"
	(cd "$dir" && scripts/kconfig/merge_config.sh -m -O "$obj" "$obj/.config" "$obj/.fragment")
	"$@" olddefconfig
}
