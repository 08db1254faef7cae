# Reads Surefire's XML reports and prints one line for each test:
#   passed, failed or skipped <tab> class.test <tab> reason
# A record is a tag and the text behind it; what stands in CDATA is text, whatever it looks like.

BEGIN { RS = "<" }

cdata { if (index($0, "]]>")) cdata = 0; next }
/^!\[CDATA\[/ { cdata = !index($0, "]]>"); next }

/^testcase[ \t\n]/ {
    test = attribute("classname") "." attribute("name")
    outcome = "passed"
    reason = ""
    if (/\/>[ \t\n]*$/) finish()
    next
}
/^(failure|error)[ \t\n\/>]/ { outcome = "failed"; reason = attribute("message"); next }
/^skipped[ \t\n\/>]/ {
    outcome = "skipped"
    reason = attribute("message")
    sub(/^org\.opentest4j\.TestAbortedException: /, "", reason)
    sub(/^Assumption failed: /, "", reason)
    next
}
/^\/testcase>/ { finish() }

function finish() {
    print outcome "\t" test "\t" (reason == "" ? "no reason given" : reason)
}

# The value of an attribute of the tag in $0, its first line, entities resolved.
function attribute(name,   start, value) {
    start = match($0, "[ \t\n]" name "=\"[^\"]*\"")
    if (!start) return ""
    value = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    sub(/(&#10;|\n).*/, "", value)
    gsub(/&quot;/, "\"", value)
    gsub(/&apos;/, "'", value)
    gsub(/&lt;/, "<", value)
    gsub(/&gt;/, ">", value)
    gsub(/&#9;|\t/, " ", value)
    gsub(/&amp;/, "\\&", value)
    return value
}
