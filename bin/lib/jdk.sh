# Finds a JDK. Sourced by the scripts in bin; POSIX sh.

# The oldest JDK that builds and runs epmesh.
JDK_OLDEST=25

# Prints the feature number of the JDK in directory $1 (for example 25), nothing if it is none.
jdk_feature() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
    if [ -r "$1/release" ]; then
        sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release"
    else
        "$1/bin/java" -version 2>&1 |
            sed -n 's/.* version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -n 1
    fi
}

# Whether directory $1 holds a JDK that is new enough.
jdk_is_new_enough() {
    jdk_found=$(jdk_feature "$1")
    [ -n "$jdk_found" ] && [ "$jdk_found" -ge "$JDK_OLDEST" ]
}

# Prints the home of the `java` on the PATH, nothing if there is none.
jdk_on_path() {
    jdk_java=$(command -v java) || return 0
    jdk_java=$(readlink -f "$jdk_java" 2>/dev/null) || return 0
    dirname "$(dirname "$jdk_java")"
}

# Prints the JDKs in the places where systems keep them, "feature directory", newest first.
jdk_installed() {
    for jdk_home in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        jdk_found=$(jdk_feature "$jdk_home")
        [ -z "$jdk_found" ] || printf '%s %s\n' "$jdk_found" "$jdk_home"
    done | sort -s -rn -k 1,1
}

# Sets and exports JAVA_HOME: JAVA_HOME itself if it is new enough, then the `java` on the PATH,
# then the newest one that is installed. If there is none, says so and fails.
jdk_find() {
    if [ -n "${JAVA_HOME:-}" ] && jdk_is_new_enough "$JAVA_HOME"; then
        export JAVA_HOME
        return 0
    fi
    jdk_home=$(jdk_on_path)
    if [ -z "$jdk_home" ] || ! jdk_is_new_enough "$jdk_home"; then
        jdk_newest=$(jdk_installed | head -n 1)
        jdk_home=${jdk_newest#* }
        [ -n "$jdk_newest" ] && [ "${jdk_newest%% *}" -ge "$JDK_OLDEST" ] || {
            echo "epmesh needs a JDK $JDK_OLDEST or newer: install one (Debian: apt-get install" \
                "openjdk-$JDK_OLDEST-jdk-headless, or Temurin from adoptium.net)" \
                "or set JAVA_HOME to it." >&2
            return 1
        }
    fi
    JAVA_HOME=$jdk_home
    export JAVA_HOME
}
