#!/usr/bin/perl
# Stands in for systemd in tests: opens a listening socket, hands it over as descriptor 3 with
# LISTEN_FDS and LISTEN_PID, and starts the command anew whenever it ends, until standard input ends.
#   service-manager.pl 4|6 COMMAND ...
#   service-manager.pl 4|6:PORT COMMAND ...
# 4: 127.0.0.1. 6: [::] for both families, as with BindIPv6Only=both.
# With a port it starts the command, each time, only when told by a line of standard input.
# Standard output: "port N", then "started PID" for each start; with a
# port also "ended PID" for each end.
use strict;
use warnings;
use Socket qw(:all);
use POSIX ();

$| = 1;
my ($family, $wanted) = split(/:/, shift @ARGV);
my $told = defined $wanted;
$wanted //= 0;
socket(my $listener, $family eq '6' ? PF_INET6 : PF_INET, SOCK_STREAM, 0) or die "socket: $!";
if ($family eq '6') {
    setsockopt($listener, IPPROTO_IPV6, IPV6_V6ONLY, pack('i', 0)) or die "IPV6_V6ONLY: $!";
    setsockopt($listener, SOL_SOCKET, SO_REUSEADDR, pack('i', 1)) or die "SO_REUSEADDR: $!";
    bind($listener, pack_sockaddr_in6($wanted, IN6ADDR_ANY)) or die "bind: $!";
} else {
    bind($listener, pack_sockaddr_in($wanted, INADDR_LOOPBACK)) or die "bind: $!";
}
listen($listener, 128) or die "listen: $!";
my $port =
    $family eq '6'
    ? (unpack_sockaddr_in6(getsockname($listener)))[0]
    : (unpack_sockaddr_in(getsockname($listener)))[0];
print "port $port\n";

my $child = 0;
my $ended = 0;
$SIG{CHLD} = sub { };
while (!$ended) {
    if ($told) {
        my $line = <STDIN>;
        last if !defined $line;
    }
    $child = fork() // die "fork: $!";
    if ($child == 0) {
        # dup2 clears close-on-exec, and leaves the socket blocking as systemd does.
        POSIX::dup2(fileno($listener), 3) // POSIX::_exit(126) if fileno($listener) != 3;
        fcntl($listener, 2, 0) if fileno($listener) == 3;
        open(STDIN, '<', '/dev/null');
        open(STDOUT, '>&', \*STDERR);
        $ENV{LISTEN_FDS} //= 1;
        $ENV{LISTEN_PID} = $$;
        exec(@ARGV) or POSIX::_exit(127);
    }
    print "started $child\n";
    # Until the child ends or standard input does.
    while (1) {
        my $readable = '';
        vec($readable, 0, 1) = 1;
        my $count = select($readable, undef, undef, 0.05);
        if ($count && $count > 0) {
            my $read = sysread(STDIN, my $byte, 1);
            if (!$read) { $ended = 1; kill('KILL', $child); waitpid($child, 0); last; }
        }
        last if waitpid($child, POSIX::WNOHANG()) == $child;
    }
    print "ended $child\n" if $told;
}
