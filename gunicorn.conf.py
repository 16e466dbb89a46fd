"""How gunicorn serves the portal; what belongs to one installation (address, number of workers) is not here.

The number of worker processes comes from WEB_CONCURRENCY, which gunicorn reads by itself.
"""

# Longer than a proxy in front waits between two requests of a page.
keepalive = 5
# Memory that a library leaks goes back to the machine; the jitter keeps the workers from leaving together.
max_requests = 5000
max_requests_jitter = 500
# Who the client is and how he came is decided in one place, by TRUSTED_PROXIES and BEHIND_PROXY of the portal.
forwarded_allow_ips = ""
accesslog = "-"
# The path without its query: what people search for is nobody's business.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(L)s'
