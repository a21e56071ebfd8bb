"""Analytics: follows the event log, answers how we are doing."""

from pathlib import Path

from cassava.analytics.v1.analytics_pb2_grpc import add_AnalyticsServiceServicer_to_server

from mesh.access import MeshIdentity, RemoteKeys
from mesh.client import dial
from mesh.postgres import open_pool
from mesh.server import run, serve
from mesh.valkey import Valkey
from services.analytics import boot
from services.analytics.follower import Follower
from services.analytics.peers import TicketsEventLog, TicketsTimeZones
from services.analytics.servicer import AnalyticsServicer
from services.analytics.settings import Settings
