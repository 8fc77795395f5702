namespace Grpc.Core;

/// <summary>Stands on generated service base classes and names the static method that binds their methods.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class BindServiceMethodAttribute : Attribute
{
    /// <summary>Names the method.</summary>
    /// <param name="bindType">Class that holds it.</param>
    /// <param name="bindMethodName">A static method taking a <see cref="ServiceBinderBase"/> and the service, which may be null.</param>
    public BindServiceMethodAttribute(Type bindType, string bindMethodName)
    {
        BindType = bindType;
        BindMethodName = bindMethodName;
    }

    /// <summary>Class that holds the method.</summary>
    public Type BindType { get; }

    /// <summary>Name of the static method.</summary>
    public string BindMethodName { get; }
}
