"""Every table of Bancheng, one module per matter."""

from bancheng.store.models.accounts import ApiToken, User
from bancheng.store.models.benefits import (
    BankDifference,
    BankOrder,
    BenefitComparison,
    BenefitNews,
    BenefitRun,
    BenefitSubject,
    Budget,
    ConsentText,
    DataDelivery,
    GrantEventRow,
    GrantObjection,
    GrantRow,
    PaymentBatch,
    RollDeed,
    StandingEventRow,
    StandingRow,
    StandingRun,
)
from bancheng.store.models.cases import Case, CaseBody, CaseEvent, CaseForm, CaseTask, Draft, ResultDocument
from bancheng.store.models.catalogue import BlueprintVersion, ItemVersion, PlannedVersion
from bancheng.store.models.channels import ChannelChoice, ChannelDelivery
from bancheng.store.models.clockwork import AlarmTold, CalendarTold, CaseAlarm, HeldAct, Minutes
from bancheng.store.models.exchange import Parcel, Reconciling, SystemCode
from bancheng.store.models.fees import (
    CaseBill,
    DrawerCount,
    MoneyEntry,
    PaymentOrder,
    RefundOrder,
    StatementCheck,
    StatementFinding,
)
from bancheng.store.models.figures import CaseFigure, SavingsBaseline
from bancheng.store.models.hooks import EventHook
from bancheng.store.models.imports import ImportedItem, ImportLine, ImportRun, ImportSource
from bancheng.store.models.library import LibraryEntry, LibraryMark
from bancheng.store.models.offers import OfferList, PolicyOffer
from bancheng.store.models.packages import PackageBase, PackageUpload
from bancheng.store.models.papers import ArchiveLine, ArchiveList, ArchivePackage, HandOut, Paper
from bancheng.store.models.people import ROLES, Mandate, Membership, Party
from bancheng.store.models.places import DraftPlaces
from bancheng.store.models.promises import CreditCheck, CreditRecord, SignedPromise, Statement
from bancheng.store.models.records import AuditEntry, EvidenceCall, Message, Outbox, Upload
from bancheng.store.models.snapshots import CaseSnapshot
from bancheng.store.models.staffing import Absence, Deputy, Skill, Turn
from bancheng.store.models.talks import TalkMessage
from bancheng.store.models.tallies import Tally
from bancheng.store.models.together import Batch, BatchRow, SignRequest, SignRound
from bancheng.store.models.visits import (
    SiteVisit,
    VisitAnswer,
    VisitPaper,
    VisitPhoto,
    VisitSeat,
    VisitSignature,
    VisitWish,
)
from bancheng.store.models.work import Serial, StuckRow, SweepClaim, WorkerBeat

__all__ = [
    "ROLES",
    "Absence",
    "AlarmTold",
    "ApiToken",
    "ArchiveLine",
    "ArchiveList",
    "ArchivePackage",
    "AuditEntry",
    "BankDifference",
    "BankOrder",
    "Batch",
    "BatchRow",
    "BenefitComparison",
    "BenefitNews",
    "BenefitRun",
    "BenefitSubject",
    "BlueprintVersion",
    "Budget",
    "CalendarTold",
    "Case",
    "CaseAlarm",
    "CaseBill",
    "CaseBody",
    "CaseEvent",
    "CaseFigure",
    "CaseForm",
    "CaseSnapshot",
    "CaseTask",
    "ChannelChoice",
    "ChannelDelivery",
    "ConsentText",
    "CreditCheck",
    "CreditRecord",
    "DataDelivery",
    "Deputy",
    "Draft",
    "DraftPlaces",
    "DrawerCount",
    "EventHook",
    "EvidenceCall",
    "GrantEventRow",
    "GrantObjection",
    "GrantRow",
    "HandOut",
    "HeldAct",
    "ImportLine",
    "ImportRun",
    "ImportSource",
    "ImportedItem",
    "ItemVersion",
    "LibraryEntry",
    "LibraryMark",
    "Mandate",
    "Membership",
    "Message",
    "Minutes",
    "MoneyEntry",
    "OfferList",
    "Outbox",
    "PackageBase",
    "PackageUpload",
    "Paper",
    "Parcel",
    "Party",
    "PaymentBatch",
    "PaymentOrder",
    "PlannedVersion",
    "PolicyOffer",
    "Reconciling",
    "RefundOrder",
    "ResultDocument",
    "RollDeed",
    "SavingsBaseline",
    "Serial",
    "SignRequest",
    "SignRound",
    "SignedPromise",
    "SiteVisit",
    "Skill",
    "StandingEventRow",
    "StandingRow",
    "StandingRun",
    "Statement",
    "StatementCheck",
    "StatementFinding",
    "StuckRow",
    "SweepClaim",
    "SystemCode",
    "TalkMessage",
    "Tally",
    "Turn",
    "Upload",
    "User",
    "VisitAnswer",
    "VisitPaper",
    "VisitPhoto",
    "VisitSeat",
    "VisitSignature",
    "VisitWish",
    "WorkerBeat",
]
