using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Licences;

/// <summary>Everything licences refuse. Codes are contract.</summary>
internal static class LicenceFaults
{
    public static FaultException TypeUnknown() =>
        new(FaultKind.Unknown, "LICENCE_TYPE_UNKNOWN", "type_code is not a licence type of this hub.") { Field = "type_code" };

    public static FaultException NoSigner(string organisation) =>
        new(FaultKind.WrongState, "ISSUER_KEY_MISSING", $"The hub holds no signing key of organisation {organisation}.");

    public static FaultException Unknown(string id) =>
        new(FaultKind.Unknown, "LICENCE_UNKNOWN", $"No licence {id} was minted here.") { Field = "licence_id" };

    public static FaultException Exists(string id) =>
        new(FaultKind.Exists, "LICENCE_EXISTS", $"Licence {id} was minted with other content; use another serial.") { Field = "serial" };

    public static FaultException OfOtherIssuer(string id) =>
        new(FaultKind.Denied, "LICENCE_OF_OTHER_ISSUER", $"Licence {id} was issued by another authority.");

    public static FaultException WrongState(string id, LicenceState state) =>
        new(FaultKind.WrongState, "LICENCE_STATE", $"Licence {id} is {state}; only a valid one can be revoked.");

    public static FaultException FieldUnknown(string field) =>
        new(FaultKind.Malformed, "LICENCE_FIELD_UNKNOWN", $"{field} is not a field of the licence type.") { Field = field };

    public static FaultException Erased(string id) =>
        new(FaultKind.WrongState, "LICENCE_ERASED", $"The keys of licence {id} were destroyed; its content is gone.");
}
