# Reads Surefire's XML reports and prints one line for each test:
#   passed, failed or skipped <tab> class.test <tab> reason
# A record is a tag and the text behind it; what stands in CDATA is text, whatever it looks like.

BEGIN { RS = "<" }

cdata { if (index($0, "]]>")) cdata = 0; next }
/^!\[CDATA\[/ {
    cdata = !index($0, "]]>")
    if (wanted && reason == "") reason = first_line(substr($0, length("![CDATA[") + 1))
    wanted = 0
    next
}

/^testcase[ \t\n]/ {
    test = attribute("classname") "." attribute("name")
    outcome = "passed"
    reason = ""
    wanted = 0
    if (/\/>[ \t\n]*$/) finish()
    next
}
/^(failure|error)[ \t\n\/>]/ { outcome = "failed"; reason = attribute("message"); wanted = 1; next }
/^skipped[ \t\n\/>]/ {
    outcome = "skipped"
    reason = attribute("message")
    if (reason ~ / skipped!$/) reason = of_common_test()
    wanted = 1
    next
}
/^\/testcase>/ { finish() }

function finish() {
    sub(/^org\.opentest4j\.TestAbortedException: /, "", reason)
    sub(/^Assumption failed: /, "", reason)
    print outcome "\t" test "\t" (reason == "" ? "no reason given" : reason)
}

# The value of an attribute of the tag in $0, its first line, entities resolved.
function attribute(name,   start, value) {
    start = match($0, "[ \t\n]" name "=\"[^\"]*\"")
    if (!start) return ""
    value = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    return entities(value)
}

# Common Test has the reason behind the tag, as a term.
function of_common_test(   text) {
    text = entities(substr($0, index($0, ">") + 1))
    gsub(/^{tc_user_skip,"?|"?}$/, "", text)
    return text
}

function entities(value) {
    sub(/&#10;.*/, "", value)
    gsub(/&quot;/, "\"", value)
    gsub(/&apos;/, "'", value)
    gsub(/&lt;/, "<", value)
    gsub(/&gt;/, ">", value)
    gsub(/&#9;/, " ", value)
    gsub(/&amp;/, "\\&", value)
    return first_line(value)
}

# Without tabs, which separate the fields of the output.
function first_line(text) {
    sub(/^[ \t\n]+/, "", text)
    sub(/(\n|\]\]>).*/, "", text)
    gsub(/\t/, " ", text)
    return text
}
