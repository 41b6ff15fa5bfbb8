"""One fuzzing peer of the Autobahn suite, as a process (CPython 2.7) that answers in JSON lines.

    fuzzer.py SUITE list                      {"cases": [...]}
    fuzzer.py SUITE client MESSAGES           listens on a port of 127.0.0.1: {"url": ...}, then a line for each case
    fuzzer.py SUITE server MESSAGES URL       the cases read from standard input, against the echo server at URL

SUITE is the folder `autobahn setup` filled. The role named is that of the peer under test. MESSAGES replaces the 1000
messages of each 12.* and 13.* case. The suite's own entry point binds every interface, writes thousands of report files
and tells nobody when a case has ended; this one reports each case as its connection ends.
"""
import json
import os
import site
import sys

site.addsitedir(sys.argv[1])  # and not PYTHONPATH: zope is a namespace package, made by a .pth file
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # the suite prints its progress to standard output

from autobahntestsuite import caseset, fuzzing  # noqa: E402 (the path is set above)
from twisted.internet import reactor  # noqa: E402


def tell(**facts):
    answers.write(json.dumps(facts) + "\n")
    answers.flush()


def report(case):
    tell(
        case=case["id"],
        behavior=case["behavior"],
        closing=case["behaviorClose"],
        code=case["remoteCloseCode"],
        why=case["result"],
        whyClosing=case["resultClose"],
        milliseconds=case["duration"],
        log=[entry for entry in case["wirelog"] if entry[0] in ("RF", "TF", "RO", "TO")][:40],
    )


def every_case():
    names = caseset.CaseSet(fuzzing.CaseSetname, fuzzing.CaseBasename, fuzzing.Cases, fuzzing.CaseCategories,
                            fuzzing.CaseSubCategories)
    return names.parseSpecCases({"cases": ["*"]})


class ServerFactory(fuzzing.FuzzingServerFactory):
    def logCase(self, case):
        report(case)


class ClientFactory(fuzzing.FuzzingClientFactory):
    def logCase(self, case):
        report(case)

    def createReports(self):
        pass


def against_client():
    factory = ServerFactory({"url": "ws://127.0.0.1:1", "cases": ["*"]})
    port = reactor.listenTCP(0, factory, 50, "127.0.0.1").getHost().port
    url = "ws://127.0.0.1:%d" % port
    factory.setSessionParameters(url=url)  # Host is compared with it
    tell(url=url)


def against_server(url):
    cases = json.load(sys.stdin)
    ClientFactory({"servers": [{"agent": "peer", "url": url}], "cases": cases})


role = sys.argv[2]
if role == "list":
    tell(cases=every_case())
    sys.exit(0)
for each in fuzzing.Cases:
    if each.__name__.startswith(("Case12_", "Case13_")):
        each.COUNT = int(sys.argv[3])
if role == "client":
    against_client()
else:
    against_server(str(sys.argv[4]))
reactor.run()
