"""One name per kind of id, so that a staff id is never passed for a group id."""

from typing import NewType

RestaurantId = NewType("RestaurantId", int)
StaffId = NewType("StaffId", int)
GroupId = NewType("GroupId", int)
MembershipId = NewType("MembershipId", int)
ShiftTypeId = NewType("ShiftTypeId", int)
ConfigurationId = NewType("ConfigurationId", int)
BackupAssignmentId = NewType("BackupAssignmentId", int)
RuleId = NewType("RuleId", int)
RequestId = NewType("RequestId", int)
ScheduleId = NewType("ScheduleId", int)
ShiftAssignmentId = NewType("ShiftAssignmentId", int)
CoverId = NewType("CoverId", int)
RunId = NewType("RunId", int)
ShiftCode = NewType("ShiftCode", str)
